import { median, startCallbackLab, type CallbackLab } from '../callbackLab';
import { jsonOf, pairsOf } from '../fixtures';

jest.setTimeout(60_000);

const SECOND = 1000;

/** Two accounts with all the slots that an account can have. */
const ACCOUNTS = ['one', 'two'].map((name) => ({
	email: `${name}@example.com`,
	maxJobs: 100,
	credits: 1_000_000,
}));

/** Ends that lie between 8 seconds and a little over a minute after the submission, in no order. */
const scatter = (prompt: string | undefined) =>
	8 * SECOND + ((Number(prompt?.split(' ')[1]) * 37) % 61) * SECOND;

describe('waitMode poll', () => {
	let lab: CallbackLab;

	beforeEach(async () => {
		lab = await startCallbackLab({
			accounts: ACCOUNTS,
			jobDuration: ({ prompt }) => scatter(prompt),
		});
	});

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	const poll = async (count: number) => await lab.generate(count, { waitMode: 'poll' });

	/** What was asked of the API after the last job was submitted. */
	const callsAfterSubmission = () => {
		const { requests } = lab.emulator;
		const last = requests.map(({ method }) => method).lastIndexOf('POST');
		return requests.slice(last + 1);
	};

	it.each([1, 200])(
		'for %i items asks once a round, and at most twice for a job',
		async (count) => {
			const run = await poll(count);
			const calls = callsAfterSubmission();
			const rounds = calls.filter(({ path }) => path === '/v1/ltxstudio/scheduler');
			const reads = calls.filter(({ path }) => path.includes('/assets/email'));
			const readsOf = new Map<string, number>();
			for (const { path } of reads) readsOf.set(path, (readsOf.get(path) ?? 0) + 1);

			expect(run.error).toBeUndefined();
			expect(jsonOf(run.items()).map(({ jobId }) => jobId)).toEqual(lab.jobs().map(({ id }) => id));
			expect(pairsOf(run.items())).toEqual(Array.from({ length: count }, (_, item) => ({ item })));
			expect(calls).toHaveLength(rounds.length + reads.length);
			// No two rounds at once, and none sooner than half a second after the one before.
			const gaps = rounds.slice(1).map(({ time }, index) => time - (rounds[index]?.time ?? 0));
			expect(Math.min(SECOND, ...gaps)).toBeGreaterThanOrEqual(SECOND / 2);
			expect(Math.max(...readsOf.values())).toBeLessThanOrEqual(2);
			expect(calls.length).toBeLessThanOrEqual(rounds.length + 2 * count);
			expect(lab.emulator.ledger.entries).toHaveLength(count);
		},
	);

	it('notices the end of a job within 3 seconds in the middle', async () => {
		const lags: number[] = [];
		for (let take = 0; take < 31; take++) {
			lab.emulator.behaviour.jobDuration = (6 + ((take * 37) % 61)) * SECOND + take * 131;
			const run = await poll(1);
			const end = lab.clock.now();
			expect(run.error).toBeUndefined();
			lags.push(end - (lab.emulator.jobs.all.at(-1)?.finishedAt ?? NaN));
		}
		expect(median(lags)).toBeLessThanOrEqual(3 * SECOND);
		expect(Math.max(...lags)).toBeLessThanOrEqual(5 * SECOND);
	});

	it.each([50])('hands over %i jobs within 5 seconds of the last one', async (count) => {
		await poll(count);
		const lastEnd = Math.max(...lab.jobs().map(({ finishedAt = NaN }) => finishedAt));

		expect(lab.clock.now() - lastEnd).toBeLessThanOrEqual(5 * SECOND);
	});

	it('goes on while the API is out of order', async () => {
		const outage = lab.emulator.faults.add({
			kind: 'status',
			status: 503,
			match: { method: 'GET', path: /scheduler$/ },
		});
		lab.clock.at(lab.clock.now() + 100 * SECOND, outage);
		const run = await poll(3);

		expect(run.error).toBeUndefined();
		expect(run.items()).toHaveLength(3);
	});
});

describe('waitMode none', () => {
	it('hands on the running jobs of all items at once', async () => {
		const lab = await startCallbackLab();
		const startedAt = lab.clock.now();
		const run = await lab.generate(50, { waitMode: 'none' });
		const took = lab.clock.now() - startedAt;
		const jobIds = lab.jobs().map(({ id }) => id);
		await lab.close();

		expect(took).toBeLessThan(SECOND);
		expect(run.items().map(({ json: { jobId, status } }) => ({ jobId, status }))).toEqual(
			jobIds.map((jobId) => ({ jobId, status: 'active' })),
		);
		expect(lab.violations).toEqual([]);
	});
});
