import { Readable } from 'node:stream';
import type {
	IDataObject,
	IHookFunctions,
	IHttpRequestOptions,
	WorkflowActivateMode,
} from 'n8n-workflow';

import { isRegistered, register, unregister } from '../../../nodes/LtxStudio/trigger/registration';

const URL_OF_TRIGGER = 'https://n8n.example.com/webhook-test/1/ltx-studio';
const WEBHOOK_NODE = 'https://n8n.example.com/webhook/ltx-studio';

/** A trigger that is to register itself, on an n8n that gives out no credential. */
const trigger = (activation: WorkflowActivateMode): IHookFunctions =>
	Object.assign(Object.create(null) as IHookFunctions, {
		getActivationMode: () => activation,
		getNodeParameter: (name: string, fallback: unknown) => (name === 'register' ? true : fallback),
		getNodeWebhookUrl: () => URL_OF_TRIGGER,
		getWorkflowStaticData: () => ({ registration: { registered: 'x', previous: '' } }),
		getCredentials: () => Promise.reject(new Error('asked for the credential')),
	});

/** What the account answers, and what is sent to it. */
function account(answer: unknown, staticData: IDataObject, url = URL_OF_TRIGGER) {
	const sent: unknown[] = [];
	const httpRequestWithAuthentication = (_type: string, { body }: IHttpRequestOptions) => {
		if (body !== undefined) sent.push(body);
		return Promise.resolve({
			statusCode: 200,
			headers: {},
			body: Readable.from([Buffer.from(JSON.stringify(answer))]),
		});
	};
	const context = Object.assign(trigger('update'), {
		getNodeWebhookUrl: () => url,
		getWorkflowStaticData: () => staticData,
		getCredentials: () =>
			Promise.resolve({ token: 'user:1-x', baseUrl: 'https://api.example.com' }),
		helpers: { httpRequestWithAuthentication },
	});
	return { context, sent };
}

it.each([isRegistered, register, unregister])(
	'a test in the editor changes nothing of the account: %p',
	async (method) => {
		await expect(method(trigger('manual'))).resolves.toBe(true);
		await expect(method(trigger('activate'))).rejects.toThrow('asked for the credential');
	},
);

describe('a registration of version 0.1.0', () => {
	const OWN = 'https://n8n.example.com/webhook/1/ltx-studio?secret=x';

	it.each([
		['the URL of somebody else', 'https://example.com/', 'https://example.com/'],
		['no URL of a trigger', 'https://n8n.example.com/webhook/2/ltx-studio', ''],
		['the URL of a Webhook node', WEBHOOK_NODE, WEBHOOK_NODE],
	])('is known again, and puts back %s', async (_, previous, expected) => {
		const staticData: IDataObject = { registration: { registered: OWN, previous } };
		const { context, sent } = account({ replyUrl: OWN }, staticData);
		await unregister(context);
		expect(sent).toEqual([{ replyUrl: expected }]);
		expect(staticData).toEqual({});
	});
});

describe('a trigger whose URL the account has already', () => {
	it('counts as registered only where it is known what to put back', async () => {
		const staticData: IDataObject = {};
		const { context, sent } = account({ replyUrl: URL_OF_TRIGGER }, staticData);
		expect(await isRegistered(context)).toBe(false);
		await register(context);
		expect(await isRegistered(context)).toBe(true);
		await unregister(context);
		expect(sent).toEqual([{ replyUrl: URL_OF_TRIGGER }, { replyUrl: '' }]);
	});
});

it.each([null, {}, { replyUrl: null }])('an account that answers %j has no URL', async (answer) => {
	const staticData: IDataObject = {};
	const { context } = account(answer, staticData);
	await register(context);
	expect(staticData).toMatchObject({ registration: { previous: '' } });
});
