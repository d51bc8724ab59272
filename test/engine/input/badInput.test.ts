import { inspect } from 'node:util';

import { badInputCases } from './badInputCases';
import { forgetRequests, PHOTO } from '../fixtures';
import { startLab, type Lab } from '../setup';

describe('bad input', () => {
	let lab: Lab;

	beforeAll(async () => {
		lab = await startLab();
	});

	beforeEach(() => {
		forgetRequests(lab);
	});

	afterAll(async () => {
		await lab.close();
	});

	it.each(badInputCases)('$title is refused before anything is sent', async (testCase) => {
		const { form, fill, good, bad, says } = testCase;
		const run = await lab.engine.runNode({
			parameters: { ...form, ...fill('={{ $json.value }}') },
			items: [good, bad, good].map((value) => ({
				json: { value: value as string },
				binary: { data: PHOTO },
			})),
		});

		expect(run.status).toBe('error');
		expect(run.error).toMatchObject({
			name: 'NodeOperationError',
			context: { itemIndex: 1 },
			description: expect.stringMatching(/^Item 2 of 3: .* Nothing was sent\.$/s) as string,
		});
		const { description } = run.error ?? {};
		for (const part of says) expect(description).toContain(part);
		expect(lab.emulator.requests).toEqual([]);
		expect(lab.emulator.ledger.entries).toEqual([]);
	});

	it('never quotes a cookie that is not valid', async () => {
		const parameters = {
			resource: 'account',
			operation: 'create',
			cookieSource: 'parameter',
			cookie: '={{ $json.cookie }}',
		};
		const cookies = [
			'lt_id=a; lt_token=hush',
			[{ name: 'lt_token', value: 'hush' }],
			{ a: 'hush' },
		];
		for (const cookie of cookies) {
			const run = await lab.engine.runNode({ parameters, items: [{ json: { cookie } }] });
			expect(run.error?.description).toContain('"Cookie"');
			expect(inspect([run.error, run.logs], { depth: null })).not.toContain('hush');
		}
	});
});
