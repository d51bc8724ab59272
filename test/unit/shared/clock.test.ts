import { steady } from '../../../nodes/shared/n8n/clock';

const MINUTE = 60_000;

describe('the clock', () => {
	/** What it says while the machine's own is set forward or back by so much, minute after minute. */
	const readings = (...steps: number[]) => {
		let passed = 0;
		let error = 0;
		const now = steady(
			() => passed + error,
			() => passed - 5_000,
		);
		return steps.map((step) => {
			passed += MINUTE;
			error += step * MINUTE;
			return now() / MINUTE;
		});
	};

	it('is the one of the machine', () => {
		expect(readings(0, 0, 0)).toEqual([1, 2, 3]);
	});

	it('goes forward with it', () => {
		expect(readings(0, 10, 0)).toEqual([1, 12, 13]);
	});

	it('goes on where it is set back, and never goes back itself', () => {
		expect(readings(0, -10, 0, 20)).toEqual([1, 2, 3, 14]);
	});
});
