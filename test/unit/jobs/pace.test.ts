import { Pace } from '../../../nodes/shared/jobs/pace';

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
