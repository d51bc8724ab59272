import fc from 'fast-check';

/** One kind of hostile input, and what must not come of it. */
export interface Kind {
	name: string;
	/**
	 * Checks so many cases.
	 *
	 * @param seed the same seed draws the same cases
	 * @throws what fast-check says of the smallest case that breaks something
	 */
	run(cases: number, seed: number): Promise<Figure>;
}

/** What a kind has to show besides that nothing broke. */
export interface Figure {
	/** The longest that one case has kept the processor busy, in milliseconds. */
	longest: number;
	/** More figures, by name. */
	more?: Record<string, number>;
}

/** So many cases it takes until the code runs as fast as it does from then on. */
const WARM = 200;

/** Draws cases and checks each. */
export function drawn<Case>(
	name: string,
	cases: fc.Arbitrary<Case>,
	prepare: () => {
		/** Throws if the case breaks something. */
		check: (one: Case) => Promise<void> | void;
		more?: () => Record<string, number>;
	},
): Kind {
	return {
		name,
		run: async (numRuns, seed) => {
			const { check, more } = prepare();
			let longest = 0;
			let checked = 0;
			const property = fc.asyncProperty(cases, async (one) => {
				const start = process.cpuUsage();
				await check(one);
				const { user, system } = process.cpuUsage(start);
				if (++checked > WARM) longest = Math.max(longest, (user + system) / 1000);
			});
			await fc.assert(property, { numRuns, seed });
			return { longest, ...(more && { more: more() }) };
		},
	};
}
