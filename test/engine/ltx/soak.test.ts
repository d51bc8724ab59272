import { soakLtxSeed } from '../../soak/ltx/soakSeed';
import { describeVerdict } from '../../soak/report';
import { isBroken } from '../../soak/soak';
import { LONGEST_SEED_MS, type Verdict } from '../../soak/soakSeed';
import { addUp } from '../../soak/tally';

/** Small batches that meet all that the soak counts; `npm run soak -- --ltx` plays the large ones. */
const SEEDS = [2, 3, 5, 6, 8, 9, 10, 21, 34, 46];

describe('the soak of the LTX node', () => {
	const verdicts: Verdict[] = [];

	it.each(SEEDS)(
		'holds with seed %i',
		async (seed) => {
			const verdict = await soakLtxSeed(seed);
			verdicts.push(verdict);
			expect(isBroken(verdict) ? describeVerdict(verdict, 'ltx') : '').toBe('');
		},
		2 * LONGEST_SEED_MS,
	);

	it('has met all that it counts', () => {
		const met = addUp(verdicts.map(({ tally }) => tally ?? {}));
		expect(Object.entries(met).filter(([, times]) => times === 0)).toEqual([]);
	});
});
