import { Readable } from 'node:stream';
import type {
	IDataObject,
	IHookFunctions,
	IHttpRequestOptions,
	WorkflowActivateMode,
} from 'n8n-workflow';

import { isRegistered, register, unregister } from '../../../nodes/LtxStudio/trigger/registration';

/** A trigger that is to register itself, on an n8n that gives out no credential. */
const trigger = (activation: WorkflowActivateMode): IHookFunctions =>
	Object.assign(Object.create(null) as IHookFunctions, {
		getActivationMode: () => activation,
		getNodeParameter: (name: string, fallback: unknown) => (name === 'register' ? true : fallback),
		getNodeWebhookUrl: () => 'https://n8n.example.com/webhook-test/1/ltx-studio',
		getWorkflowStaticData: () => ({ registration: { registered: 'x', previous: '' } }),
		getCredentials: () => Promise.reject(new Error('asked for the credential')),
	});

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
	])('is known again, and puts back %s', async (_, previous, expected) => {
		const sent: unknown[] = [];
		const staticData: IDataObject = { registration: { registered: OWN, previous } };
		const httpRequestWithAuthentication = (_type: string, { body }: IHttpRequestOptions) => {
			if (body !== undefined) sent.push(body);
			const answer = JSON.stringify({ replyUrl: OWN });
			return Promise.resolve({
				statusCode: 200,
				headers: {},
				body: Readable.from([Buffer.from(answer)]),
			});
		};
		const context = Object.assign(trigger('update'), {
			getWorkflowStaticData: () => staticData,
			getCredentials: () =>
				Promise.resolve({ token: 'user:1-x', baseUrl: 'https://api.example.com' }),
			helpers: { httpRequestWithAuthentication },
		});
		await unregister(context);
		expect(sent).toEqual([{ replyUrl: expected }]);
		expect(staticData).toEqual({});
	});
});
