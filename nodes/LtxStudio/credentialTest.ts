import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { CookieError, parseCookie } from '../shared/cookie';
import { LTX_STUDIO } from '../shared/jobs/ltxStudioApi';
import { explain } from '../shared/transport/explain';
import { isRetired, statusFailure, toThrownFailure } from '../shared/transport/failure';

type Credential = ICredentialsDecrypted<ICredentialDataDecryptedObject>;

interface LegacyResponse {
	statusCode: number;
	body: unknown;
	headers: Record<string, string>;
}

const TIMEOUT_MS = 15_000;

const failed = (message: string): INodeCredentialTestResult => ({ status: 'Error', message });

/**
 * Tests an API token by listing the accounts. The API answers 404 as long as none is configured, which is a success here.
 * @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-accounts
 */
export async function testUseapiApi(
	this: ICredentialTestFunctions,
	{ data }: Credential,
): Promise<INodeCredentialTestResult> {
	const { baseUrl, token } = data ?? {};
	if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl) || !/^https?:/.test(baseUrl)) {
		return failed('The Base URL is not a URL. The usual one is https://api.useapi.net.');
	}
	const base = new URL(baseUrl);
	if (!base.pathname.endsWith('/')) base.pathname += '/';
	let response: LegacyResponse;
	try {
		// A credential test is given no other helper than this one, and has to sign the request itself.
		response = (await this.helpers.request({
			method: 'GET',
			uri: new URL(`${LTX_STUDIO}/accounts`, base).href,
			headers: { Authorization: `Bearer ${String(token)}` },
			json: true,
			simple: false,
			resolveWithFullResponse: true,
			timeout: TIMEOUT_MS,
		})) as LegacyResponse;
	} catch (error) {
		const { message, description } = explain(toThrownFailure(error), base.host);
		return failed(`${message}. ${description}`);
	}
	return judge(response, base.host);
}

function judge(
	{ statusCode, body, headers }: LegacyResponse,
	host: string,
): INodeCredentialTestResult {
	const isObject = typeof body === 'object' && body !== null;
	if (statusCode === 200 && isObject) {
		return { status: 'OK', message: `Connected: ${countAccounts(Object.keys(body).length)}` };
	}
	const failure = statusFailure(statusCode, body, headers, 0);
	if (statusCode === 404 && !isRetired(failure)) {
		return { status: 'OK', message: `Connected: ${countAccounts(0)}` };
	}
	if (statusCode === 200) {
		return failed(`${host} sent no JSON. Check the Base URL, and any proxy between n8n and it.`);
	}
	const { message, description } = explain(failure, host);
	return failed(`${message}. ${description}`);
}

const countAccounts = (count: number) =>
	count === 0
		? 'no LTX Studio account is configured yet. Add one with Account > Create or Update.'
		: `${count} LTX Studio ${count === 1 ? 'account is' : 'accounts are'} configured.`;

/** Tests that a cookie has all its parts; whether LTX Studio takes it shows when the account is created. */
// eslint-disable-next-line @typescript-eslint/require-await -- n8n's type of a credential test is asynchronous
export async function testLtxStudioSessionApi(
	this: ICredentialTestFunctions,
	{ data }: Credential,
): Promise<INodeCredentialTestResult> {
	try {
		parseCookie(String(data?.cookie ?? ''));
		return { status: 'OK', message: 'The cookie has all its parts' };
	} catch (error) {
		if (!(error instanceof CookieError)) throw error;
		return failed(`${error.message}. Copy the whole Cookie header of app.ltx.studio again.`);
	}
}
