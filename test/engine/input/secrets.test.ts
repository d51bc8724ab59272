import type { INodeParameters } from 'n8n-workflow';

import type { FaultMatch } from '../../emulator/faults';
import { EMAIL } from '../fixtures';
import { shareLab, startLab, type Lab } from '../setup';

const COOKIE =
	'lt_id=3f9c0d7e51; lt_token=eyJhbGciOiJSUzI1NiJ9.c2VjcmV0LW9mLW1pbmU; lt_refresh_token=r3fr3sh-t0k3n-0f-m1n3; sid=s3ss10n-0f-m1n3';
const VALUES = COOKIE.split('; ').map((part) => part.slice(part.indexOf('=') + 1));

const CREATE: INodeParameters = {
	resource: 'account',
	operation: 'create',
	cookieSource: 'parameter',
	cookie: '={{ $json.cookie }}',
};

/** What an API might repeat, and what a workflow would then keep. */
describe('secrets', () => {
	let lab: Lab;

	shareLab(async () => (lab = await startLab()));

	const secrets = () => [...VALUES, lab.emulator.token];

	const answer = (status: number, body: unknown, match: FaultMatch = {}) => {
		lab.emulator.faults.add({ kind: 'status', status, body, match });
	};

	it.each([true, false])(
		'do not come out of the account that takes them, simplified: %s',
		async (simplify) => {
			const echo = [COOKIE, lab.emulator.token];
			answer(200, { email: EMAIL, maxJobs: 5, cookie: COOKIE, echo }, { method: 'POST' });
			const run = await lab.engine.runNode({
				parameters: { ...CREATE, simplify },
				items: [{ json: { cookie: COOKIE } }],
			});
			expect(run.items()[0]?.json.email).toBe(EMAIL);
			const output = JSON.stringify(run.items());
			for (const secret of secrets()) expect(output).not.toContain(secret);
		},
	);

	it.each(['getAll', 'getCapacity'])(
		'of a reply URL do not come out of the jobs that run: %s',
		async (operation) => {
			const secret = 'correct-horse-battery';
			await lab.engine.runNode({
				parameters: {
					resource: 'image',
					operation: 'create',
					prompt: 'A fox',
					waitMode: 'none',
					options: { replyUrl: `https://n8n.example/webhook/abc/ltx-studio?secret=${secret}` },
				},
				items: [{ json: {} }],
			});
			const run = await lab.engine.runNode({
				parameters: { resource: 'scheduler', operation, simplify: false },
			});
			expect(JSON.stringify(run.items())).toContain('n8n.example/webhook/abc');
			expect(JSON.stringify(run.items())).not.toContain(secret);
		},
	);

	it('do not come out with an error', async () => {
		answer(400, { error: `Not valid: ${Buffer.from(COOKIE).toString('base64')} or ${COOKIE}` });
		const run = await lab.engine.runNode({
			parameters: CREATE,
			items: [{ json: { cookie: COOKIE } }],
		});
		expect(run.error?.message).toContain('Not valid: ');
		for (const secret of secrets()) {
			expect(JSON.stringify(run.error)).not.toContain(secret);
			expect(JSON.stringify(run.error)).not.toContain(
				Buffer.from(secret).toString('base64').slice(4, -4),
			);
		}
	});

	it.each<[string, INodeParameters, object]>([
		[
			'accounts',
			{ resource: 'account', operation: 'getAll', simplify: false },
			{ [EMAIL]: { maxJobs: 5, cookie: COOKIE, note: `set by ${COOKIE}` } },
		],
		[
			'running jobs',
			{ resource: 'scheduler', operation: 'getAll', simplify: false },
			[
				{
					jobId: `email:${EMAIL}-job:7a34b821-9fd0-205e-d21b-4abc6f7839e7-type:video`,
					email: EMAIL,
					replyUrl: `https://n8n.example.com/webhook-waiting/7/ltx-studio?signature=${VALUES[2] ?? ''}`,
					token: VALUES[1],
				},
			],
		],
	])(
		'do not come out of %s as the API tells them, whosever they are',
		async (_, parameters, body) => {
			answer(200, body);
			const run = await lab.engine.runNode({ parameters });
			expect(run.items()).toHaveLength(1);
			for (const secret of VALUES.slice(0, 3)) {
				expect(JSON.stringify(run.items())).not.toContain(secret);
			}
		},
	);

	it('are warned of where they were typed into the form, and only there', async () => {
		const hints = async (cookie: string) => {
			const run = await lab.engine.runNode({
				parameters: { ...CREATE, cookie },
				items: [{ json: { cookie: COOKIE } }, { json: { cookie: COOKIE } }],
			});
			return run.hints().map(({ message }) => message);
		};
		answer(200, { email: EMAIL }, { method: 'POST' });
		expect(await hints(COOKIE)).toEqual([
			expect.stringContaining('Set "Cookie From" to "Credential", or use an expression'),
		]);
		expect(await hints('={{ $json.cookie }}')).toEqual([]);
	});
});
