import { startCallbackLab, type CallbackLab } from '../callbackLab';

jest.setTimeout(60_000);

const DOWNLOAD_HINT =
	'To see this result without paying again, put Asset > Download behind this node and run that step only. For the next runs, turn on "Download Result".';

describe('what the output pane says after a run', () => {
	let lab: CallbackLab;

	beforeEach(async () => {
		lab = await startCallbackLab();
	});

	afterEach(async () => {
		await lab.close();
	});

	const hintsOf = async (...request: Parameters<CallbackLab['generate']>) =>
		(await lab.generate(...request)).hints().map(({ message }) => message);

	it('counts the jobs and names their price, with that of failed ones', async () => {
		const prompt = '={{ $json.number === 1 ? "[fail: no]" : "A lake" }}';
		const hints = await hintsOf(3, { prompt }, { onError: 'continueRegularOutput' });
		expect(hints).toEqual([
			"3 jobs: 3 submitted, 2 completed, 1 failed. Cost: about $0.045, 36 credits by the vendor's price list of October 2025 for its Standard plan.",
			DOWNLOAD_HINT,
		]);
	});

	it('speaks of a single job, and not of its file once that is there', async () => {
		expect(await hintsOf(1, { download: true })).toEqual([
			"1 job: 1 submitted, 1 completed. Cost: about $0.015, 12 credits by the vendor's price list of October 2025 for its Standard plan.",
		]);
	});

	it('gives no price where the vendor gives none', async () => {
		expect(await hintsOf(1, { model: 'nano-banana', waitMode: 'none' })).toEqual([
			"1 job: 1 submitted, 1 still running. Cost: not known, as it is not in the vendor's price list of October 2025 for its Standard plan.",
		]);
	});

	it('tells the jobs without a price from those with one', async () => {
		expect(await hintsOf(2, { model: '={{ $json.number ? "flux" : "nano-banana" }}' })).toEqual([
			"2 jobs: 2 submitted, 2 completed. Cost: about $0.015, 12 credits by the vendor's price list of October 2025 for its Standard plan, and 1 of unknown price.",
			DOWNLOAD_HINT,
		]);
	});

	it('counts a job that was found again once', async () => {
		lab.emulator.faults.add({ kind: 'resetAfter', match: { method: 'POST', times: 1 } });
		expect(await hintsOf(2, { download: true })).toEqual([
			"2 jobs: 1 submitted, 1 found again and not paid for twice, 2 completed. Cost: about $0.03, 24 credits by the vendor's price list of October 2025 for its Standard plan.",
		]);
	});
});
