import type { RunningJob } from '../../../nodes/shared/jobs/service';
import { Slots, type SlotRequest } from '../../../nodes/shared/jobs/slots';

describe('slots', () => {
	const ONE = 'one@example.com';
	const TWO = 'two@example.com';
	const any = { account: undefined, maxJobs: undefined };

	const slotsOf = (accounts: Array<[account: string, maxJobs: number, executing: number]>) => {
		const slots = new Slots();
		slots.update(capacityOf(accounts), 0);
		return slots;
	};
	const capacityOf = (accounts: Array<[string, number, number]>, running: RunningJob[] = []) => ({
		running,
		accounts: accounts.map(([account, maxJobs, executing]) => ({ account, maxJobs, executing })),
	});
	const takeAll = (slots: Slots, request: SlotRequest = any) => {
		const taken: Array<string | undefined> = [];
		for (let slot = slots.take(request, 0); slot; slot = slots.take(request, 0)) {
			taken.push(slot.account);
		}
		return taken;
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
		expect(takeAll(slots, { ...any, account: ONE })).toEqual([ONE, ONE]);
		expect(slots.hasAccountFor('nobody@example.com')).toBe(false);
	});

	it('are as many as the call itself allows, if it says so', () => {
		expect(takeAll(slotsOf([[ONE, 9, 2]]), { ...any, maxJobs: 3 })).toEqual([ONE]);
	});

	it('stay taken until the API counts them, or its list has had time enough', () => {
		const job = { jobId: 'a', reference: undefined };
		const slots = slotsOf([[ONE, 2, 0]]);
		const first = slots.take(any, 0);
		const second = slots.take(any, 0);
		expect([first, second]).toEqual([{ account: ONE }, { account: ONE }]);
		if (first) slots.hold(first, 'a', 100);
		// The list is of before, then late with the new job, and then has it.
		for (const askedAt of [100, 101, 4_000]) {
			slots.update(capacityOf([[ONE, 2, 0]]), askedAt);
			expect(slots.take(any, askedAt)).toBeUndefined();
		}
		slots.update(capacityOf([[ONE, 2, 1]], [job]), 4_001);
		expect(slots.take(any, 4_001)).toBeUndefined();
		if (second) slots.release(second);
		const third = slots.take(any, 4_001);
		expect(third).toEqual({ account: ONE });
		if (third) slots.hold(third, 'b', 5_000);
		slots.update(capacityOf([[ONE, 2, 0]]), 10_000);
		expect(takeAll(slots)).toEqual([ONE, ONE]);
	});

	it('stay taken where the API says nothing of their account, though it lists their jobs', () => {
		const slots = slotsOf([[ONE, 1, 0]]);
		const slot = slots.take(any, 0);
		if (slot) slots.hold(slot, 'a', 100);
		slots.update(capacityOf([], [{ jobId: 'a', reference: undefined }]), 200);
		expect(slots.take(any, 200)).toBeUndefined();
	});

	it('are without limit where only a refusal tells, and blocked by it', () => {
		const slots = Slots.unlimited();
		const [slot] = Array.from({ length: 100 }, () => slots.take(any, 0));
		expect(slot).toEqual({ account: undefined });
		if (slot) slots.refuse(slot, 0, 7_000);
		expect(slots.take(any, 6_999)).toBeUndefined();
		expect(slots.take(any, 7_000)).toBeDefined();
		expect(slots.names).toEqual([]);
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
		expect(refuse(1_000, 0)).toBe(3_000);
		expect(refuse(3_000, 60_000)).toBe(63_000);
		const slot = slots.take(any, 63_000);
		if (slot) slots.hold(slot, 'a', 63_000);
		expect(slots.nextUnblock(63_000)).toBeUndefined();
		expect(refuse(64_000)).toBe(65_000);
	});

	it('are none on an account that is out', () => {
		const slots = slotsOf([
			[ONE, 2, 0],
			[TWO, 1, 0],
		]);
		slots.exclude({ account: ONE });
		slots.update(
			capacityOf([
				[ONE, 2, 0],
				[TWO, 1, 0],
			]),
			1,
		);
		expect(takeAll(slots)).toEqual([TWO]);
		expect(slots.hasAccountFor(ONE)).toBe(false);
		expect(slots.names).toEqual([ONE, TWO]);
	});
});
