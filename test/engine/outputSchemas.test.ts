import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { addPicture, byId, EMAIL, PHOTO } from './fixtures';
import { startLab, type Lab } from './setup';

interface OutputSchemas {
	schemas: Record<string, Record<string, string>>;
	operations: Record<string, string>;
}

const { schemas, operations } = JSON.parse(
	readFileSync(join(__dirname, '../../nodes/LtxStudio/output.schemas.json'), 'utf8'),
) as OutputSchemas;

/** Says of an output in which fields it differs from what is declared. */
function validatorOf(operation: string) {
	const fields = schemas[operations[operation] ?? ''] ?? {};
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

describe('what the simplified output of each operation consists of is declared', () => {
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
		const reference = byId(addPicture(lab, { type: 'reference-image' }));
		const prompt = 'a lighthouse';
		const [made] = await run('image', 'create', { prompt, email });
		/** Of a job that runs as long as nobody waits: only waiting lets time pass. */
		const running = async () => {
			const [job] = await run('image', 'create', { prompt, email, waitMode: 'none' });
			return { jobId: byId(job?.jobId as string) };
		};
		parameters = {
			'scheduler/getAll': running,
			'scheduler/getCapacity': running,
			'scheduler/cancel': running,
			'scheduler/getJob': running,
			'scheduler/waitForJob': running,
			'image/create': { prompt, email, options: { replyRef: 'order-1' } },
			'image/edit': { prompt, email, referenceAssetId: reference },
			'image/upscale': { jobId: byId(made?.jobId as string) },
			'video/createLtx': { prompt, email, startAssetId: byId(addPicture(lab)) },
			'video/createVeo': { prompt, email, startAssetId: reference },
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

	it.each(Object.keys(operations))('%s', async (name) => {
		const [resource = '', operation = ''] = name.split('/');
		const given = parameters[name] ?? {};
		const items = await run(
			resource,
			operation,
			typeof given === 'function' ? await given() : given,
		);
		expect(items).not.toEqual([]);
		const differences = validatorOf(name);
		for (const json of items) expect(differences(json)).toEqual([]);
	});
});
