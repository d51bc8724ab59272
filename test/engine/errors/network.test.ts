import type { INodeParameters } from 'n8n-workflow';

import { startHttpServer } from '../../httpServer';
import { everythingOf } from '../fixtures';
import { shareLab, startLab, type Lab } from '../setup';

const LIST: INodeParameters = { resource: 'scheduler', operation: 'getAll' };
const CREATE: INodeParameters = { resource: 'image', operation: 'create', prompt: 'a fox' };

const CHECK = 'Check the Base URL of the credential, and that n8n can reach it.';

async function closedPort(): Promise<string> {
	const server = await startHttpServer(() => undefined);
	await server.close();
	return new URL(server.url).host;
}

describe('a network that fails', () => {
	let lab: Lab;

	shareLab(async () => (lab = await startLab()));

	afterEach(() => {
		setBaseUrl(lab.emulator.url);
	});

	afterAll(() => {
		expect(JSON.stringify(lab.engine.logs)).not.toContain(lab.emulator.token);
	});

	const setBaseUrl = (baseUrl: string) => {
		lab.engine.setCredential('useapiApi', { token: lab.emulator.token, baseUrl });
	};

	const failure = async (baseUrl: string, parameters = LIST) => {
		setBaseUrl(baseUrl);
		const run = await lab.engine.runNode({ parameters });
		expect(run.error?.name).toBe('NodeApiError');
		expect(everythingOf(run)).not.toContain(lab.emulator.token);
		return run.error;
	};

	it('explains a connection that is refused', async () => {
		const host = await closedPort();
		expect(await failure(`http://${host}`)).toMatchObject({
			message: `${host} refused the connection`,
			description: CHECK,
		});
	});

	it('explains a name that is unknown', async () => {
		const error = await failure('http://useapi.invalid');
		expect(error?.message).toMatch(
			/^useapi\.invalid (has no address: its name is unknown|could not be looked up)/,
		);
		expect(error?.description).toBe(CHECK);
	});

	it('explains a service without TLS behind https', async () => {
		const host = new URL(lab.emulator.url).host;
		const error = await failure(`https://${host}`);
		expect(error?.message).toMatch(`No secure connection to ${host}: `);
		expect(error?.description).toContain('TLS certificate was not accepted');
	});

	it('explains a connection that is cut', async () => {
		lab.emulator.faults.add({ kind: 'resetBefore' });
		const host = new URL(lab.emulator.url).host;
		expect(await failure(lab.emulator.url)).toMatchObject({
			message: `${host} closed the connection`,
			description: CHECK,
		});
	});

	it('tells what was not submitted when nothing can be reached', async () => {
		const host = await closedPort();
		const error = await failure(`http://${host}`, CREATE);
		expect(error?.message).toBe(`${host} refused the connection`);
		expect(error?.description).toContain(`Item 1: ${CHECK} Nothing was submitted for this item.`);
		expect(lab.emulator.ledger.entries).toEqual([]);
	});

	it.each(['api.useapi.net', 'ftp://api.useapi.net', '', 'user:1234-abcdefghijklmnopqrst'])(
		'refuses the Base URL "%s", and does not repeat it',
		async (baseUrl) => {
			setBaseUrl(baseUrl);
			const run = await lab.engine.runNode({ parameters: CREATE });
			expect(run.error).toMatchObject({
				name: 'NodeOperationError',
				message: 'The Base URL is not a URL',
				description: 'Set Base URL in the useapi.net credential, such as https://api.useapi.net.',
			});
			expect(lab.emulator.requests).toEqual([]);
		},
	);

	it.each(['', '   '])('refuses the empty token "%s" before anything is sent', async (token) => {
		lab.engine.setCredential('useapiApi', { token, baseUrl: lab.emulator.url });
		const run = await lab.engine.runNode({ parameters: CREATE });
		expect(run.error).toMatchObject({
			name: 'NodeOperationError',
			message: 'The API token is empty',
			description: 'Set API token in the useapi.net credential.',
		});
		expect(lab.emulator.requests).toEqual([]);
	});

	it.each(['user:1-a\nx-injected: 1', 'user:1-a\u200b', 'user:1-\ud800'])(
		'refuses the token %j, which no header can carry',
		async (token) => {
			lab.engine.setCredential('useapiApi', { token, baseUrl: lab.emulator.url });
			const run = await lab.engine.runNode({ parameters: CREATE });
			expect(run.error?.message).toBe('The API token cannot be sent');
			expect(everythingOf(run)).not.toContain('user:1');
			expect(lab.emulator.requests).toEqual([]);
		},
	);

	it('takes a Base URL with a path, with and without a slash at its end', async () => {
		for (const end of ['', '/']) {
			setBaseUrl(`${lab.emulator.url}/proxy${end}`);
			const run = await lab.engine.runNode({ parameters: LIST });
			expect(run.status).toBe('error');
		}
		expect(lab.emulator.requests.map(({ path }) => path)).toEqual([
			'/proxy/v1/ltxstudio/scheduler',
			'/proxy/v1/ltxstudio/scheduler',
		]);
	});
});
