import { soakLtxSeed } from '../../soak/ltx/soakSeed';
import { describeVerdict } from '../../soak/report';
import { isBroken } from '../../soak/soak';
import { LONGEST_SEED_MS } from '../../soak/soakSeed';

const SEEDS = 10;

describe('the soak of the LTX node', () => {
	it.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
		'holds with seed %i',
		async (seed) => {
			const verdict = await soakLtxSeed(seed);
			expect(isBroken(verdict) ? describeVerdict(verdict, 'ltx') : '').toBe('');
		},
		2 * LONGEST_SEED_MS,
	);
});
