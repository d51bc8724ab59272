import { describeVerdict } from '../soak/report';
import { isBroken } from '../soak/soak';
import { LONGEST_SEED_MS, soakSeed, type Verdict } from '../soak/soakSeed';
import { addUp } from '../soak/tally';

/** Small batches, and two of middle size, that meet all that the soak counts; `npm run soak` plays the large ones. */
const SEEDS = [2, 3, 5, 7, 10, 12, 14, 15, 16, 19, 21, 22, 23, 24, 25];

/** Each has found a bug that no other test had seen. */
const REMEMBERED = [294, 386];

describe('the soak', () => {
	const verdicts: Verdict[] = [];

	it.each([...SEEDS, ...REMEMBERED])(
		'holds with seed %i',
		async (seed) => {
			const verdict = await soakSeed(seed);
			verdicts.push(verdict);
			expect(isBroken(verdict) ? describeVerdict(verdict) : '').toBe('');
		},
		2 * LONGEST_SEED_MS,
	);

	it('has met all that it counts', () => {
		const met = addUp(verdicts.map(({ tally }) => tally ?? {}));
		expect(Object.entries(met).filter(([, times]) => times === 0)).toEqual([]);
	});
});
