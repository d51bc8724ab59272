import type { IExecuteFunctions, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { LtxStudio } from '../../../nodes/LtxStudio/LtxStudio.node';
import { startCallbackLab, type CallbackLab } from '../callbackLab';
import type { NodeRequest } from '../harness/requests';
import { startLab } from '../setup';

const PUBLIC_API = 'https://api.example.com';
const LONG_URL = `https://n8n.example.com/webhook/${'x'.repeat(1000)}`;

/** Sleeping that could never end well is refused before anything is spent. */
describe('waitMode webhook is refused', () => {
	let lab: CallbackLab;

	beforeEach(async () => {
		lab = await startCallbackLab();
	});

	afterEach(async () => {
		await lab.close();
	});

	const usePublicApi = (n8nUrl: string) => {
		lab.engine.setCredential('useapiApi', { token: lab.emulator.token, baseUrl: PUBLIC_API });
		lab.engine.baseUrl = n8nUrl;
	};

	it.each<[string, () => void, INodeParameters, Partial<NodeRequest>, string, string]>([
		[
			'on localhost',
			() => {
				usePublicApi('http://localhost:5678/');
			},
			{},
			{},
			'LTX Studio cannot call back at localhost:5678',
			'WEBHOOK_URL',
		],
		[
			'in a private network',
			() => {
				usePublicApi('http://192.168.1.7:5678/');
			},
			{},
			{},
			'LTX Studio cannot call back at 192.168.1.7:5678',
			'WEBHOOK_URL',
		],
		[
			'through a trigger on localhost',
			() => {
				usePublicApi('https://n8n.example.com/');
			},
			{ triggerUrl: 'http://127.0.0.1:5678/webhook/x/ltx-studio' },
			{},
			'LTX Studio cannot call back at 127.0.0.1:5678',
			'WEBHOOK_URL',
		],
		[
			'in a sub-workflow',
			() => undefined,
			{},
			{ mode: 'integrated' },
			'A sub-workflow cannot sleep until it is called back',
			'wrong data',
		],
		[
			'at an address that is too long',
			() => undefined,
			{ triggerUrl: LONG_URL },
			{},
			'The address to be called back at is too long',
			'up to 1024',
		],
		[
			'at a trigger URL that is none',
			() => undefined,
			{ triggerUrl: 'my trigger' },
			{},
			'"Callback Trigger URL" is not valid',
			'my trigger',
		],
		[
			'at an internal address that is none',
			() => undefined,
			{ options: { internalBaseUrl: 'localhost:5678' } },
			{},
			'"Internal Base URL" is not valid',
			'localhost:5678',
		],
	])('%s', async (_case, prepare, parameters, rest, message, description) => {
		prepare();
		const run = await lab.generate(3, { waitMode: 'webhook', ...parameters }, rest);

		expect(run.status).toBe('error');
		expect(run.error?.message).toBe(message);
		expect(run.error?.description).toContain(description);
		expect(lab.emulator.requests).toEqual([]);
	});

	it.each([
		['says that nothing was submitted, and which way leads out', 'Nothing was submitted.'],
		['names the way out as the form does', 'Set "Wait for Result" to "Keep Asking".'],
	])('and %s', async (_case, text) => {
		usePublicApi('http://localhost:5678/');
		const run = await lab.generate(1, { waitMode: 'webhook' });

		expect(run.error?.description).toContain(text);
	});

	it('takes a private address where the API is private too', async () => {
		const run = await lab.generate(1, { waitMode: 'webhook' });

		expect(run.status).toBe('waiting');
	});
});

/** The node as an agent calls it. */
class Tool extends LtxStudio {
	override async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const context = Object.assign(Object.create(this) as IExecuteFunctions, {
			isToolExecution: () => true,
		});
		return await LtxStudio.prototype.execute.call(context);
	}
}

it('waitMode webhook is refused as an AI tool', async () => {
	const lab = await startLab({ engine: { nodes: { ltxStudio: new Tool() } } });
	const run = await lab.engine.runNode({
		parameters: {
			resource: 'image',
			operation: 'create',
			prompt: 'A lake',
			waitMode: 'webhook',
		},
	});
	await lab.close();

	expect(run.error?.message).toBe('An AI tool cannot sleep until it is called back');
	expect(run.error?.description).toContain('Keep Asking');
	expect(lab.emulator.requests).toEqual([]);
});
