import { isWithin } from '../../n8n-host/nodeRuntime';

describe('isWithin', () => {
	it.each([
		['20.18.3', false],
		['20.19.0', true],
		['20.20.2', true],
		['22.0.0', true],
		['24.99.9', true],
		['25.0.0', false],
		['100.0.0', false],
	])('says whether Node.js %s lies from 20.19 to below 25', (version, expected) => {
		expect(isWithin(version, ['20.19', '25'])).toBe(expected);
	});
});
