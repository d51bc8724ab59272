import type { RequestFault } from '../../emulator';
import { jsonOf } from '../fixtures';
import { accountsOf, startBatchLab, type BatchLab } from './batchLab';

jest.setTimeout(60_000);

const SECOND = 1000;
const UNCERTAIN = 'The generation may have been submitted, but its job was not found';

describe('an item whose answer was lost', () => {
	let lab: BatchLab;

	const open = async (options: Parameters<typeof startBatchLab>[0] = {}) => {
		lab = await startBatchLab({ accounts: accountsOf(10), jobDuration: 30 * SECOND, ...options });
	};

	const loseAnswers = (fault: RequestFault, times = 1) =>
		lab.emulator.faults.add({ ...fault, match: { method: 'POST', times } });

	/** What was charged for, by the references that it was submitted with. */
	const charges = () => lab.emulator.ledger.charges.map(({ replyRef }) => replyRef);

	afterEach(async () => {
		await lab.close();
	});

	it('is found running and not paid for twice', async () => {
		await open();
		loseAnswers({ kind: 'resetAfter' }, 2);
		const run = await lab.generate(3);

		expect(jsonOf(run.items())).toEqual(
			lab.jobs().map(({ id: jobId }) => expect.objectContaining({ jobId }) as unknown),
		);
		expect(lab.submissions()).toHaveLength(3);
		expect(run.hints()[0]?.message).toContain('2 found again and not paid for twice');
	});

	it('is found among the results when its job has ended meanwhile', async () => {
		await open({ jobDuration: 10 });
		lab.emulator.faults.add({
			kind: 'delay',
			ms: SECOND,
			afterWork: true,
			match: { method: 'POST' },
		});
		loseAnswers({ kind: 'resetAfter' });
		const run = await lab.generate(2);

		expect(jsonOf(run.items())).toMatchObject(Array(2).fill({ status: 'completed' }));
		expect(lab.submissions()).toHaveLength(2);
	});

	it('is searched for again when the search itself fails', async () => {
		await open({ jobDuration: 10 });
		lab.emulator.faults.add({
			kind: 'delay',
			ms: SECOND,
			afterWork: true,
			match: { method: 'POST' },
		});
		loseAnswers({ kind: 'resetAfter' });
		const startedAt = lab.clock.now();
		lab.emulator.faults.random(({ path }) => {
			const isDown = lab.clock.now() - startedAt < 120 * SECOND && path.endsWith('/assets/');
			return isDown ? { kind: 'status', status: 503 } : undefined;
		});
		const run = await lab.generate(1, {}, { mode: 'manual' });

		expect(jsonOf(run.items())).toMatchObject([{ status: 'completed' }]);
		expect(charges()).toHaveLength(1);
	});

	it('is not waited for without end when the API stays away', async () => {
		await open();
		loseAnswers({ kind: 'resetAfter' });
		lab.emulator.faults.random(({ method }) =>
			method === 'GET' && lab.submissions().length > 0
				? { kind: 'status', status: 503 }
				: undefined,
		);
		const run = await lab.generate(1, { options: { timeout: 3 } });

		expect(run.error?.message).toBe(UNCERTAIN);
		expect(run.error?.description).toContain(charges()[0] ?? '?');
	});

	describe('with Submit Again', () => {
		const options = { onUncertain: 'resubmit' };

		it('is never sent a third time, on no try of Retry On Fail either', async () => {
			await open();
			loseAnswers({ kind: 'resetBefore' }, Infinity);
			const run = await lab.generate(
				1,
				{ options },
				{ retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
			);

			expect(run.error?.message).toBe(UNCERTAIN);
			expect(run.error?.description).toContain('It was sent twice, as you have chosen');
			expect(lab.submissions()).toHaveLength(2);
		});

		it('does not deny the first submission when the second one is refused', async () => {
			await open();
			loseAnswers({ kind: 'resetBefore' });
			lab.clock.at(lab.clock.now() + 10 * SECOND, () => {
				lab.emulator.accounts.edit('account0@example.com', { credits: 0 });
			});
			const run = await lab.generate(1, { options });

			expect(run.error?.message).toBe(UNCERTAIN);
			expect(run.error?.description).not.toContain('Nothing was submitted');
		});

		it('leads to both jobs where both were paid for', async () => {
			// An API that forgets references makes the first job impossible to find.
			await open({ dropReplyRefWithoutUrl: true });
			loseAnswers({ kind: 'resetAfter' });
			const run = await lab.generate(1, { options });

			const [first, second] = charges();
			expect(second).toBe(first);
			expect(jsonOf(run.items())).toMatchObject([{ resubmitted: true, replyReference: first }]);
		});
	});
});
