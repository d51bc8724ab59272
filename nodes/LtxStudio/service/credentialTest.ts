import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { LTX_STUDIO } from './api';
import { explain } from '../../shared/api/explain';
import { isNotConfigured, statusFailure, toThrownFailure } from '../../shared/api/failure';

interface LegacyResponse {
	statusCode: number;
	body: unknown;
	headers: Record<string, string>;
}

const TIMEOUT_MS = 15_000;

const text = (value: unknown) => (typeof value === 'string' ? value : '');

const failed = (message: string): INodeCredentialTestResult => ({ status: 'Error', message });

/**
 * Tests an API token by listing the accounts. The API answers 404 as long as none is configured, which is a success here.
 * @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-accounts
 */
export async function testUseapiApi(
	this: ICredentialTestFunctions,
	{ data }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const baseUrl = text(data?.baseUrl);
	if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl)) {
		return failed('The Base URL is not a URL. The usual one is https://api.useapi.net.');
	}
	const base = new URL(baseUrl);
	if (!base.pathname.endsWith('/')) base.pathname += '/';
	let response: LegacyResponse;
	try {
		// A credential test is given no other helper than this one, and has to sign the request itself.
		// eslint-disable-next-line @n8n/community-nodes/no-deprecated-workflow-functions -- the only helper there is here
		response = (await this.helpers.request({
			method: 'GET',
			uri: new URL(`${LTX_STUDIO}/accounts`, base).href,
			headers: { Authorization: `Bearer ${text(data?.token)}` },
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
	if (isNotConfigured(failure)) {
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
