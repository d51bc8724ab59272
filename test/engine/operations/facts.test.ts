import Ajv from 'ajv';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { ltxStudio, operationsOf } from '../../../build/catalogue';
import { byId, EMAIL, forgetRequests, PHOTO, requestsOf } from '../fixtures';
import { generationCases } from './generationCases';
import { startLab, type Lab } from '../setup';

const operations = new Map(operationsOf(ltxStudio).map(({ path, facts }) => [path, facts]));

/** Says of an output in which fields it differs from what is declared. */
function validatorOf(operation: string) {
	const fields = operations.get(operation)?.output ?? {};
	const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile({
		type: 'object',
		properties: Object.fromEntries(
			Object.entries(fields).map(([field, type]) => [field, { type: [type, 'null'] }]),
		),
		additionalProperties: false,
	});
	return (json: IDataObject) => {
		validate(json);
		return (validate.errors ?? []).map(
			({ instancePath, message, params }) =>
				`${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
		);
	};
}

describe('what each operation says of its output and its endpoint holds', () => {
	let lab: Lab;
	let parameters: Record<string, INodeParameters | (() => Promise<INodeParameters>)>;

	beforeAll(async () => {
		lab = await startLab({
			accounts: [{ email: EMAIL, credits: 1_000_000 }, { email: 'gone@example.com' }],
			engine: {
				credentials: {
					ltxStudioSessionApi: { cookie: 'lt_id=new; lt_token=a; lt_refresh_token=b' },
				},
			},
		});
		const { token, url } = lab.emulator;
		lab.engine.setCredential('useapiApi', { token, baseUrl: url });
		const email = byId(EMAIL);
		const prompt = 'a lighthouse';
		const [made] = await run('image', 'create', { prompt, email });
		const cases = await generationCases(lab);
		const generations = cases.map(({ required: { resource, operation, ...required } }) => [
			`${resource as string}/${operation as string}`,
			{ ...required, ...('prompt' in required && { prompt }), email },
		]);
		/** Of a job that runs as long as nobody waits: only waiting lets time pass. */
		const running = async () => {
			const [job] = await run('image', 'create', { prompt, email, waitMode: 'none' });
			return { jobId: byId(job?.jobId as string) };
		};
		parameters = {
			...(Object.fromEntries(generations) as typeof parameters),
			'scheduler/getAll': running,
			'scheduler/findJobs': { replyRef: 'n8n2.' },
			'scheduler/getCapacity': running,
			'scheduler/cancel': running,
			'scheduler/getJob': running,
			'scheduler/waitForJob': running,
			'asset/upload': { email },
			'asset/getAll': { email },
			'asset/download': { assetUrl: made?.assetUrl as string },
			'account/create': {},
			'account/get': { email },
			'account/getAll': {},
			'account/delete': { email: byId('gone@example.com') },
		};
	});

	afterAll(async () => {
		await lab.close();
	});

	async function run(resource: string, operation: string, more: INodeParameters) {
		const result = await lab.engine.runNode({
			parameters: { resource, operation, ...more },
			items: [{ json: {}, binary: { data: PHOTO } }],
		});
		expect(result.error).toBeUndefined();
		return result.items().map(({ json }) => json);
	}

	const callsTo = (endpoint: string) => {
		const [method = '', path = ''] = endpoint.split(' ');
		const pattern = new RegExp(`^/${path.replace(/\{\w+\}/g, '[^/]+')}$`);
		return requestsOf(lab, method).filter((request) => pattern.test(request.path));
	};

	it.each([...operations.keys()])('%s', async (name) => {
		const [resource = '', operation = ''] = name.split('/');
		const given = parameters[name];
		if (given === undefined) throw new Error(`There are no parameters for ${name}`);
		forgetRequests(lab);
		const items = await run(
			resource,
			operation,
			typeof given === 'function' ? await given() : given,
		);
		expect(items).not.toEqual([]);
		const differences = validatorOf(name);
		for (const json of items) expect(differences(json)).toEqual([]);
		const { endpoint } = operations.get(name) ?? {};
		if (endpoint !== undefined) expect(callsTo(endpoint)).not.toEqual([]);
	});
});
