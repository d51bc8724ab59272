import { byId, jsonOf } from '../fixtures';
import { accountsOf, startBatchLab, type BatchLab } from './batchLab';

jest.setTimeout(60_000);

const SECOND = 1000;
const [FIRST, SECOND_ACCOUNT, THIRD] = [
	'account0@example.com',
	'account1@example.com',
	'account2@example.com',
] as const;

describe('the account of a job', () => {
	let lab: BatchLab;

	const open = async (options: Parameters<typeof startBatchLab>[0]) => {
		lab = await startBatchLab({ jobDuration: 8 * SECOND, requireEmail: true, ...options });
	};

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	const counts = () => [FIRST, SECOND_ACCOUNT, THIRD].map((email) => lab.jobsOf(email).length);

	it('is one that other programs leave alone', async () => {
		await open({ accounts: accountsOf(5, 5) });
		lab.emulator.occupy(FIRST, 4);
		await lab.generate(5);

		expect(counts()).toEqual([1, 4, 0]);
	});

	it('is the one that was chosen, for each item its own', async () => {
		await open({ accounts: accountsOf(1, 5, 5) });
		await lab.generate(6, {
			email: byId(`={{ $json.number < 4 ? "${FIRST}" : "${THIRD}" }}`),
		});

		expect(counts()).toEqual([4, 0, 2]);
		expect(lab.refused()).toEqual([]);
	});

	it('fails the items that chose an account which dies midway, and no others', async () => {
		await open({ accounts: accountsOf(1, 1) });
		lab.clock.at(lab.clock.now() + 10 * SECOND, () => {
			lab.emulator.accounts.edit(FIRST, { dead: true });
		});
		const run = await lab.generate(
			6,
			{ email: byId(`={{ $json.number % 2 ? "${SECOND_ACCOUNT}" : "${FIRST}" }}`) },
			{ onError: 'continueRegularOutput' },
		);

		const dead = { error: expect.stringContaining("The account's session is dead") as string };
		const completed = { status: 'completed' };
		expect(jsonOf(run.items())).toMatchObject([
			completed,
			completed,
			dead,
			completed,
			dead,
			completed,
		]);
	});
});
