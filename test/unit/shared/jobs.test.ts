import { isFinished, toIsoDate, toJob, toRawOutput } from '../../../nodes/LtxStudio/service/job';
import { Memory } from '../../../nodes/shared/jobs/memory';
import { Pace } from '../../../nodes/shared/jobs/pace';
import { makeReplyReference } from '../../../nodes/shared/jobs/reference';
import { Slots } from '../../../nodes/shared/jobs/slots';

const JOB_ID = 'email:me@example.com-job:7a34b821-9fd0-205e-d21b-4abc6f7839e7-type:video';

describe('slots', () => {
	const ONE = 'one@example.com';
	const TWO = 'two@example.com';
	const any = { email: undefined, maxJobs: undefined };

	const slotsOf = (accounts: Array<[email: string, maxJobs: number, executing: number]>) => {
		const slots = new Slots();
		slots.update(capacityOf(accounts), 0);
		return slots;
	};
	const capacityOf = (accounts: Array<[string, number, number]>) => ({
		executing: [],
		available: accounts.map(([email, maxJobs, executing]) => ({
			email,
			maxJobs,
			executing,
			available: maxJobs - executing,
		})),
	});
	const takeAll = (slots: Slots, request = any) => {
		const emails: string[] = [];
		for (let slot = slots.take(request, 0); slot; slot = slots.take(request, 0)) {
			emails.push(slot.email);
		}
		return emails;
	};

	it('are taken where most are free, and never more than there are', () => {
		expect(
			takeAll(
				slotsOf([
					[ONE, 3, 1],
					[TWO, 5, 2],
				]),
			),
		).toEqual([TWO, ONE, TWO, ONE, TWO]);
	});

	it('are taken on the account that is asked for', () => {
		const slots = slotsOf([
			[ONE, 2, 0],
			[TWO, 9, 0],
		]);
		expect(takeAll(slots, { ...any, email: ONE as never })).toEqual([ONE, ONE]);
		expect(slots.hasAccountFor('nobody@example.com')).toBe(false);
	});

	it('are as many as the call itself allows, if it says so', () => {
		expect(takeAll(slotsOf([[ONE, 9, 2]]), { ...any, maxJobs: 3 as never })).toEqual([ONE]);
	});

	it('stay taken until the API counts them', () => {
		const slots = slotsOf([[ONE, 2, 0]]);
		const first = slots.take(any, 0);
		const second = slots.take(any, 0);
		expect([first, second]).toEqual([{ email: ONE }, { email: ONE }]);
		if (first) slots.settle(first, 100);
		slots.update(capacityOf([[ONE, 2, 0]]), 100);
		expect(slots.take(any, 100)).toBeUndefined();
		slots.update(capacityOf([[ONE, 2, 1]]), 101);
		expect(slots.take(any, 101)).toBeUndefined();
		if (second) slots.release(second);
		expect(slots.take(any, 101)).toEqual({ email: ONE });
	});

	it('are blocked for longer and longer by 429, and free again after a success', () => {
		const slots = slotsOf([[ONE, 2, 0]]);
		const refuse = (now: number, retryAfter?: number) => {
			const slot = slots.take(any, now);
			if (slot) slots.refuse(slot, now, retryAfter);
			return slots.nextUnblock(now);
		};
		expect(refuse(0)).toBe(1_000);
		expect(slots.take(any, 999)).toBeUndefined();
		expect(refuse(1_000)).toBe(3_000);
		expect(refuse(3_000, 60_000)).toBe(63_000);
		const slot = slots.take(any, 63_000);
		if (slot) slots.settle(slot, 63_000);
		expect(slots.nextUnblock(63_000)).toBeUndefined();
		expect(refuse(64_000)).toBe(65_000);
	});

	it('are none on an account that is out', () => {
		const slots = slotsOf([
			[ONE, 2, 0],
			[TWO, 1, 0],
		]);
		slots.exclude(ONE);
		slots.update(
			capacityOf([
				[ONE, 2, 0],
				[TWO, 1, 0],
			]),
			1,
		);
		expect(takeAll(slots)).toEqual([TWO]);
		expect(slots.hasAccountFor(ONE)).toBe(false);
		expect(slots.emails).toEqual([ONE, TWO]);
	});
});

describe('pace', () => {
	it('does not look before jobs can have finished', () => {
		const pace = new Pace(5_000, 6_000);
		expect(pace.next(1_000, [1_000], false)).toBe(6_000);
	});

	it('looks less and less often, down to the poll interval', () => {
		const pace = new Pace(5_000, 0);
		const waits = Array.from({ length: 10 }, () => {
			const wait = pace.next(100_000, [0], false);
			pace.looked();
			return wait;
		});
		expect(waits).toEqual([...waits].sort((one, other) => one - other));
		expect(waits[0]).toBe(500);
		expect(waits.at(-1)).toBe(5_000);
	});

	it('looks often again once a job has finished, and when others like it are due', () => {
		const pace = new Pace(60_000, 1_000);
		for (let round = 0; round < 20; round++) pace.looked();
		expect(pace.next(100_000, [0], false)).toBe(60_000);
		pace.finished(30_000);
		expect(pace.next(100_000, [0], false)).toBe(500);
		expect(pace.next(100_000, [75_000], false)).toBe(5_000);
	});

	it('waits no longer than a second while items wait for a slot', () => {
		const pace = new Pace(60_000, 0);
		for (let round = 0; round < 20; round++) pace.looked();
		expect(pace.next(100_000, [0], true)).toBe(1_000);
	});
});

describe('memory', () => {
	it('outlives the run in the context that n8n keeps', () => {
		const context = {};
		const memory = new Memory(context);
		expect(memory.recall('a')).toBeUndefined();
		for (const reference of ['a', 'b', 'c', 'd']) memory.sending(reference, false);
		memory.submitted('b', JOB_ID);
		memory.sending('b', false);
		memory.forget('c');
		memory.sending('d', true);

		const again = new Memory(JSON.parse(JSON.stringify(context)) as object);
		expect(['a', 'b', 'c', 'd'].map((reference) => again.recall(reference))).toEqual([
			{ jobId: undefined, isResubmitted: false },
			{ jobId: JOB_ID, isResubmitted: false },
			undefined,
			{ jobId: undefined, isResubmitted: true },
		]);
	});
});

describe('job', () => {
	const artifact = {
		assetUrl: 'https://example.com/a.mp4',
		expirationDateString: '1748919477350',
		asset: { fileId: 'asset:1-type:video/mp4', mimeType: 'video/mp4' },
	};

	it('comes out in one shape, with the reference as the user gave it', () => {
		const origin = { executionId: '1', nodeId: 'n', run: '0', item: 0 };
		const replyRef = makeReplyReference(origin, 'token', 'order.4711');
		const status = { type: 'completed', artifact };
		const job = toJob({ jobId: JOB_ID, status, replyRef });
		expect(job).toEqual({
			jobId: JOB_ID,
			type: 'video',
			status: 'completed',
			progress: 100,
			assetUrl: artifact.assetUrl,
			fileId: artifact.asset.fileId,
			mimeType: 'video/mp4',
			expiresAt: '2025-06-03T02:57:57.350Z',
			email: 'me@example.com',
			replyRef: 'order.4711',
		});
		expect(toRawOutput({ jobId: JOB_ID, status, replyRef }, job)).toEqual({
			jobId: JOB_ID,
			status,
			email: 'me@example.com',
			replyRef: 'order.4711',
		});
		expect(toJob({ jobId: JOB_ID, replyRef: 'of another program' }).replyRef).toBe(
			'of another program',
		);
	});

	it('has finished once it failed, or completed and has its URL', () => {
		const finished = (status: object) => isFinished(toJob({ jobId: JOB_ID, status }));
		expect(finished({ type: 'failed' })).toBe(true);
		expect(finished({ type: 'completed', artifact })).toBe(true);
		expect(finished({ type: 'completed' })).toBe(false);
		expect(finished({ type: 'completed', artifact: {} })).toBe(false);
		expect(finished({ type: 'active', artifact })).toBe(false);
		expect(finished({ type: 'something new' })).toBe(false);
		expect(isFinished(toJob({}))).toBe(false);
	});

	it.each([undefined, '', 'soon'])('has no date for %j', (value) => {
		expect(toIsoDate(value)).toBeNull();
	});
});
