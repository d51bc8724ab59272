import { RealClock, ScopedClock, VirtualClock } from './clock';

const START = Date.UTC(2026, 0, 1);

describe('VirtualClock', () => {
	it('starts where it is told and stands still', async () => {
		const clock = new VirtualClock('2026-02-03T04:05:06.000Z');
		await new Promise((resolve) => setImmediate(resolve));
		expect(new Date(clock.now()).toISOString()).toBe('2026-02-03T04:05:06.000Z');
	});

	it('runs timers in the order of their times, those of one time in the order they were set', async () => {
		const clock = new VirtualClock(START);
		const ran: string[] = [];
		const note = (name: string) => () => void ran.push(`${name}@${clock.now() - START}`);
		clock.at(START + 30, note('c'));
		clock.at(START + 10, note('a'));
		clock.at(START + 20, note('b1'));
		clock.at(START + 20, note('b2'));
		clock.at(START + 41, note('later'));
		await clock.advance(40);
		expect(ran).toEqual(['a@10', 'b1@20', 'b2@20', 'c@30']);
		expect(clock.now()).toBe(START + 40);
		expect(clock.pending).toBe(1);
		expect(clock.nextAt()).toBe(START + 41);
	});

	it('keeps any number of timers in order', async () => {
		const clock = new VirtualClock(START);
		const ran: number[] = [];
		const delays = Array.from({ length: 500 }, (_, index) => (index * 7919) % 1009);
		const cancels = delays.map((delay) => clock.at(START + delay, () => void ran.push(delay)));
		cancels.forEach((cancel, index) => {
			if (index % 3 === 0) cancel();
		});
		await clock.advance(2_000);
		const expected = delays.filter((_, index) => index % 3 !== 0).sort((a, b) => a - b);
		expect(ran).toEqual(expected);
	});

	it('runs a timer that a timer sets within the span', async () => {
		const clock = new VirtualClock(START);
		const ran: number[] = [];
		clock.at(START + 10, () => {
			clock.at(START + 15, () => void ran.push(clock.now() - START));
		});
		await clock.advance(20);
		expect(ran).toEqual([15]);
	});

	it('lets a sleeper that it wakes sleep again within the span', async () => {
		const clock = new VirtualClock(START);
		const woken: number[] = [];
		const sleeper = (async () => {
			for (let nap = 0; nap < 3; nap++) {
				await clock.sleep(100);
				woken.push(clock.now() - START);
			}
		})();
		await clock.advance(1_000);
		await sleeper;
		expect(woken).toEqual([100, 200, 300]);
	});

	it('awaits what a timer does before it goes on', async () => {
		const clock = new VirtualClock(START);
		const ran: string[] = [];
		clock.at(START + 1, async () => {
			await new Promise((resolve) => setImmediate(resolve));
			ran.push('slow');
		});
		clock.at(START + 2, () => void ran.push('next'));
		await clock.advance(2);
		expect(ran).toEqual(['slow', 'next']);
	});

	it('forgets a timer that is taken back, also twice and after it ran', async () => {
		const clock = new VirtualClock(START);
		const ran: string[] = [];
		const cancel = clock.at(START + 1, () => void ran.push('cancelled'));
		const late = clock.at(START + 2, () => void ran.push('kept'));
		cancel();
		cancel();
		expect(clock.pending).toBe(1);
		await clock.advance(5);
		late();
		expect(ran).toEqual(['kept']);
		expect(clock.pending).toBe(0);
		expect(clock.nextAt()).toBeUndefined();
	});

	it('does not go back when a timer of the past is due', async () => {
		const clock = new VirtualClock(START);
		await clock.advance(100);
		let seen = 0;
		clock.at(START, () => {
			seen = clock.now();
		});
		await clock.advance(0);
		expect(seen).toBe(START + 100);
	});
});

describe('RealClock', () => {
	it('sleeps in its own, faster time', async () => {
		const clock = new RealClock(1_000);
		const before = clock.now();
		await clock.sleep(20_000);
		expect(clock.now() - before).toBeGreaterThanOrEqual(20_000);
	});

	it('runs timers in the order of their times', async () => {
		const clock = new RealClock(1_000);
		const ran: string[] = [];
		clock.at(clock.now() + 20_000, () => void ran.push('second'));
		clock.at(clock.now() + 5_000, () => void ran.push('first'));
		const cancel = clock.at(clock.now() + 10_000, () => void ran.push('cancelled'));
		cancel();
		await clock.sleep(30_000);
		expect(ran).toEqual(['first', 'second']);
	});

	it('runs what is due when it is put forward, and goes on from there', async () => {
		const clock = new RealClock();
		const before = clock.now();
		let ran = false;
		clock.at(before + 60_000, () => {
			ran = true;
		});
		await clock.advance(3_600_000);
		expect(ran).toBe(true);
		expect(clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
	});

	it('refuses a speed that does not move', () => {
		expect(() => new RealClock(0)).toThrow('The speed must be above 0, not 0');
	});
});

describe('ScopedClock', () => {
	it('takes back its own timers and no others when it is closed', async () => {
		const base = new VirtualClock(START);
		const scope = new ScopedClock(base);
		const ran: string[] = [];
		base.at(START + 5, () => void ran.push('other'));
		scope.at(START + 1, () => void ran.push('early'));
		scope.at(START + 6, () => void ran.push('mine'));
		await base.advance(2);
		scope.close();
		scope.at(START + 7, () => void ran.push('too late'));
		expect(base.pending).toBe(1);
		await base.advance(10);
		expect(ran).toEqual(['early', 'other']);
		expect(scope.now()).toBe(base.now());
	});
});
