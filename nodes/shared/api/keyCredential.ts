import {
	UserError,
	type IAuthenticate,
	type ICredentialTestRequest,
	type IHttpRequestOptions,
} from 'n8n-workflow';

import { isWebUrl } from '../values';
import type { ApiDescription } from './description';
import { explain } from './explain';

/** What n8n hands over to be signed: helpers of older n8n, which the HTTP Request node uses, have names of their own. */
type SignedRequest = IHttpRequestOptions & { uri?: string; followRedirect?: boolean };

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** `API token` as the label of a field. */
const asTitle = (label: string) => label.replace(/ [a-z]/g, (letter) => letter.toUpperCase());

/**
 * Gives a request the key of a credential, unless the request leads to another place than the one that the key is for. A
 * redirect would take the key along, and is not followed.
 *
 * @param whence where to get a key, for whoever has entered none
 * @returns what throws a {UserError} that says what of the credential is wrong
 */
export const bearer =
	({ key, usualBaseUrl }: ApiDescription, whence: string): IAuthenticate =>
	(credentials, request: SignedRequest) => {
		const secret = text(credentials[key.field]).trim();
		const baseUrl = text(credentials.baseUrl);
		if (secret === '') throw new UserError(`The ${asTitle(key.label)} is empty. ${whence}`);
		if (!isWebUrl(baseUrl)) {
			throw new UserError(`The Base URL is not a URL. The usual one is ${usualBaseUrl}.`);
		}
		const { origin } = new URL(baseUrl);
		const target = new URL(request.url || (request.uri ?? ''), request.baseURL ?? baseUrl);
		if (target.origin !== origin) {
			throw new UserError(
				`The ${key.label} is for ${origin}, the Base URL, and is not sent to ${target.origin}.`,
			);
		}
		const signed: SignedRequest = {
			...request,
			headers: { ...request.headers, Authorization: `Bearer ${secret}` },
			disableFollowRedirect: true,
			followRedirect: false,
		};
		return Promise.resolve(signed);
	};

const REDIRECTS = [301, 302, 303, 307, 308];
const UNAVAILABLE = [500, 502, 503, 504, 522];

/** What the statuses mean that the test of a credential may meet. */
function meaningsOf(
	api: ApiDescription,
	refusals: Readonly<Record<number, string>>,
): Readonly<Record<number, string>> {
	const explained = (status: number, detail = '') => {
		const { message, description } = explain({ status, detail, effect: 'none' }, '', api);
		return `${message}. ${description}`;
	};
	const { label, hint } = api.key;
	return {
		...Object.fromEntries(
			Object.entries(refusals).map(([status, detail]) => [
				status,
				explained(Number(status), detail),
			]),
		),
		// The person who reads this is in the credential already.
		401: `The ${label} was not accepted. Paste the whole ${label} here. ${hint}`,
		404: explained(410),
		410: explained(410),
		...Object.fromEntries(
			REDIRECTS.map((status) => [
				status,
				`The Base URL leads to another address, where the ${label} is not sent. Set that address as Base URL, if you trust it.`,
			]),
		),
		...Object.fromEntries(
			UNAVAILABLE.map((status) => [
				status,
				`The API is unavailable (${status}). Wait a while, then test again.`,
			]),
		),
	};
}

/**
 * What the test of a credential says of each answer but the right one.
 *
 * @param refusals the statuses besides 401 by which this API refuses a key, with what it says then
 */
export function testRules(
	api: ApiDescription,
	refusals: Readonly<Record<number, string>>,
): ICredentialTestRequest['rules'] {
	const rules = [
		...Object.entries(meaningsOf(api, refusals)).map(([status, message]) => ({
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
	];
	// n8n takes rules of both kinds together, but has no type for that.
	return rules as ICredentialTestRequest['rules'];
}
