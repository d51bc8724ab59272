import {
	UserError,
	type IAuthenticate,
	type Icon,
	type ICredentialTestRequest,
	type ICredentialType,
	type IHttpRequestOptions,
	type INodeProperties,
} from 'n8n-workflow';

import { explain } from '../nodes/shared/api/explain';
import { TOKEN_HINT, USEAPI } from '../nodes/shared/useapi/api';

/** What n8n hands over to be signed: helpers of older n8n, which the HTTP Request node uses, have names of their own. */
type SignedRequest = IHttpRequestOptions & { uri?: string; followRedirect?: boolean };

const text = (value: unknown) => (typeof value === 'string' ? value : '');

const isHttp = (url: string) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/**
 * Gives a request the token, unless the request leads to another place than the one that the token is for. A redirect would
 * take the token along, and is not followed.
 *
 * @throws {UserError} that says what of the credential is wrong
 */
const authenticate: IAuthenticate = (credentials, request: SignedRequest) => {
	const token = text(credentials.token).trim();
	const baseUrl = text(credentials.baseUrl);
	if (token === '')
		throw new UserError('The API Token is empty. Paste the one of your useapi.net account.');
	if (!isHttp(baseUrl)) {
		throw new UserError('The Base URL is not a URL. The usual one is https://api.useapi.net.');
	}
	const { origin } = new URL(baseUrl);
	const target = new URL(request.url || (request.uri ?? ''), request.baseURL ?? baseUrl);
	if (target.origin !== origin) {
		throw new UserError(
			`The API token is for ${origin}, the Base URL, and is not sent to ${target.origin}.`,
		);
	}
	const signed: SignedRequest = {
		...request,
		headers: { ...request.headers, Authorization: `Bearer ${token}` },
		disableFollowRedirect: true,
		followRedirect: false,
	};
	return Promise.resolve(signed);
};

const REDIRECTS = [301, 302, 303, 307, 308];
const UNAVAILABLE = [500, 502, 503, 504, 522];

const explained = (status: number, detail = '') => {
	const { message, description } = explain({ status, detail, effect: 'none' }, '', USEAPI);
	return `${message}. ${description}`;
};

/** What a status of the test's answer means. */
const MEANINGS: Readonly<Record<number, string>> = {
	401: `The API token was not accepted. Paste the whole token here. ${TOKEN_HINT}`,
	402: explained(402, 'subscription'),
	404: explained(410),
	410: explained(410),
	...Object.fromEntries(
		REDIRECTS.map((status) => [
			status,
			'The Base URL leads to another address, where the API token is not sent. Set that address as Base URL, if you trust it.',
		]),
	),
	...Object.fromEntries(
		UNAVAILABLE.map((status) => [
			status,
			`The API is unavailable (${status}). Wait a while, then test again.`,
		]),
	),
};

/** n8n takes rules of both kinds together, but has no type for that. */
const rules = [
	...Object.entries(MEANINGS).map(([status, message]) => ({
		type: 'responseCode',
		properties: { value: Number(status), message },
	})),
	{
		type: 'responseSuccessBody',
		properties: {
			// What is no JSON comes as text.
			key: 'constructor.name',
			value: 'String',
			message: 'The Base URL sent no JSON. Check the Base URL, and any proxy between n8n and it.',
		},
	},
] as ICredentialTestRequest['rules'];

export class UseapiApi implements ICredentialType {
	name = 'useapiApi';

	displayName = 'useapi.net API';

	icon: Icon = { light: 'file:../icons/useapi.svg', dark: 'file:../icons/useapi.dark.svg' };

	documentationUrl = 'https://useapi.net/docs/start-here/setup-useapi';

	properties: INodeProperties[] = [
		{
			displayName: 'API Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'user:1234-abcdefghijklmnopqrst',
			description: 'The whole token from your useapi.net account, including the "user:" in front',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: 'https://api.useapi.net',
			placeholder: 'https://api.useapi.net',
			description:
				'Where the API is. Change it only for a service that is compatible with useapi.net.',
		},
	];

	authenticate = authenticate;

	/** Reads the subscription, which is there whatever becomes of a single API. */
	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: '/v2/account', timeout: 15_000 },
		rules,
	};
}
