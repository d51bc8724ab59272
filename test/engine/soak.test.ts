import { describeVerdict } from '../soak/report';
import { isBroken } from '../soak/soak';
import { LONGEST_SEED_MS, soakSeed } from '../soak/soakSeed';

const SEEDS = 25;

/** Each has found a bug that no other test had seen. */
const REMEMBERED = [294, 386];

describe('the soak', () => {
	it.each([...Array.from({ length: SEEDS }, (_, index) => index + 1), ...REMEMBERED])(
		'holds with seed %i',
		async (seed) => {
			const verdict = await soakSeed(seed);
			expect(isBroken(verdict) ? describeVerdict(verdict) : '').toBe('');
		},
		2 * LONGEST_SEED_MS,
	);
});
