import { checkSync } from 'recheck';

import { PATTERNS, toRegExp } from '../fuzz/patterns';

/** Nothing that comes from outside can hold up n8n by a pattern that goes back and forth. */
it.each(PATTERNS)('takes time in proportion to the length of the text: %s', (pattern) => {
	const { source, flags } = toRegExp(pattern);
	// By proof, and not by trying, which finds other things on a busy machine.
	const verdict = checkSync(source, flags, { checker: 'automaton', timeout: null });
	expect(verdict).toMatchObject({
		status: 'safe',
		complexity: { type: expect.stringMatching(/^(safe|linear)$/) as string },
	});
});
