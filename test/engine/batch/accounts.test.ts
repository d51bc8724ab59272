import { addPicture, byId, jsonOf } from '../fixtures';
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

	it('is the one that owns the asset of the item', async () => {
		await open({ accounts: accountsOf(5, 5) });
		const asset = (email: string) => ({ fileId: addPicture(lab, { email }), email });
		const run = await lab.generate(
			2,
			{ resource: 'video', operation: 'createLtx', prompt: 'Slowly forward' },
			{ items: [{ json: asset(SECOND_ACCOUNT) }, { json: asset(FIRST) }] },
		);

		expect(jsonOf(run.items())).toMatchObject([{ email: SECOND_ACCOUNT }, { email: FIRST }]);
	});

	it('is asked for when it is not known who owns an asset', async () => {
		await open({ accounts: accountsOf(5, 5) });
		const fileId = addPicture(lab, { email: SECOND_ACCOUNT });
		const run = await lab.generate(1, {
			resource: 'video',
			operation: 'createLtx',
			prompt: 'Slowly forward',
			startAssetId: byId(fileId),
		});

		expect(run.error?.message).toBe('The account that owns the assets is not known');
		expect(run.error?.description).toContain(`Configured: ${FIRST}, ${SECOND_ACCOUNT}.`);
		expect(lab.submissions()).toEqual([]);
	});

	it('is refused before anything is submitted when it is not configured', async () => {
		await open({ accounts: accountsOf(5) });
		const run = await lab.generate(2, { email: byId('nobody@example.com') });

		expect(run.error?.message).toBe('The account "nobody@example.com" is not configured');
		expect(lab.submissions()).toEqual([]);
	});

	it('has to be there', async () => {
		await open({ accounts: [] });
		const run = await lab.generate(1);

		expect(run.error?.message).toBe('No LTX Studio account is configured');
	});

	it.each([
		['whose session is dead', { dead: true }],
		['without credits', { credits: 0 }],
	])('is another one when an account %s is in the way', async (_name, state) => {
		await open({ accounts: accountsOf(8, 3) });
		lab.emulator.accounts.edit(FIRST, state);
		const run = await lab.generate(7);

		expect(jsonOf(run.items())).toMatchObject(
			Array(7).fill({ email: SECOND_ACCOUNT, status: 'completed' }),
		);
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
