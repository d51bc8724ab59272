import { NodeOperationError, type IDataObject } from 'n8n-workflow';

import type { ApiClient } from '../../shared/api/client';
import type { Explanation } from '../../shared/api/description';
import { isNotConfigured, type Answer } from '../../shared/api/failure';
import type { ApiContext, ApiRequest } from '../../shared/api/request';
import { itemLabel } from '../../shared/n8n/items';
import type { OutputFields } from '../../shared/n8n/itemOperation';
import { isRecord } from '../../shared/values';
import { createLtxStudioApi, LTX_STUDIO, shaped, type SchedulerAccount } from './api';
import { TEXTS } from './texts';

/** @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-accounts-email */
export interface AccountAnswer extends IDataObject {
	email?: string;
	maxJobs?: number;
	updatedUTC?: string;
	tokenExpireUTC?: string;
	/** When the session ends; `tokenExpireUTC` renews itself until then. */
	refreshTokenExpireUTC?: string;
	balance?: { LTXStudio_token?: number };
	/** Why the account cannot be used. */
	error?: string;
}

export const ACCOUNT_OUTPUT: OutputFields = {
	email: 'string',
	maxJobs: 'number',
	credits: 'number',
	updatedAt: 'string',
	sessionEndsAt: 'string',
	tokenExpiresAt: 'string',
	refreshTokenExpiresAt: 'string',
	accountError: 'string',
};

interface AccountView {
	/** Whether to flatten the answer. */
	simplify: boolean;
	/** The account's key in the list, where the answer is one of many. */
	email?: string | undefined;
}

/** An account as the node puts it out. */
export function toAccount(
	{ error, ...answer }: AccountAnswer,
	{ simplify, email = answer.email }: AccountView,
): IDataObject {
	// A key "error" would make n8n take the item for a failed one.
	const problem = error === undefined ? {} : { accountError: error };
	if (!simplify) return { ...answer, email, ...problem };
	const { maxJobs, balance, updatedUTC, tokenExpireUTC, refreshTokenExpireUTC } = answer;
	return {
		email,
		maxJobs,
		credits: balance?.LTXStudio_token ?? null,
		updatedAt: updatedUTC ?? null,
		sessionEndsAt: refreshTokenExpireUTC ?? null,
		tokenExpiresAt: tokenExpireUTC ?? null,
		...(refreshTokenExpireUTC === undefined
			? {}
			: { refreshTokenExpiresAt: refreshTokenExpireUTC }),
		...problem,
	};
}

/**
 * @param secrets what no error may tell
 * @returns the configured accounts by e-mail
 * @throws {NodeApiError} when the API does not answer
 */
export async function readAccounts(
	client: ApiClient,
	secrets: string[] = [],
): Promise<Record<string, AccountAnswer>> {
	const sent = await client.send<unknown>({
		method: 'GET',
		path: `${LTX_STUDIO}/accounts`,
		secrets,
	});
	const answer = shaped(sent, toAccounts);
	if (answer.ok) return answer.body;
	if (isNotConfigured(answer.failure)) return {};
	throw client.error(answer.failure);
}

/** Of some accounts there may be no more than their key. */
function toAccounts(body: unknown): Record<string, AccountAnswer> | undefined {
	const listed: unknown = body ?? {};
	if (!isRecord(listed)) return undefined;
	const accounts: Record<string, AccountAnswer> = {};
	for (const [email, about] of Object.entries(listed)) {
		const account: unknown = about ?? {};
		if (!email.includes('@') || !isAccount(account)) return undefined;
		accounts[email] = account;
	}
	return accounts;
}

const isAccount = (body: unknown): body is AccountAnswer => isRecord(body);

/** Sends a call that is answered with an account. */
export const sendForAccount = async (
	client: ApiClient,
	request: ApiRequest,
): Promise<Answer<AccountAnswer>> =>
	shaped(await client.send(request), (body) => (isAccount(body) ? body : undefined));

/** What 404 means where an account is named. */
export const unknownAccount = (email: string): Record<404, Explanation> => ({
	404: {
		message: `The account "${email}" is not configured`,
		description:
			'Check the Account field. Account > Get Many lists the configured accounts, Account > Create or Update adds one.',
	},
});

const capacities = new WeakMap<ApiClient, Promise<SchedulerAccount[]>>();

/** Asks once a run: all its uploads go to the same account, where one generation can use them together. */
async function configuredAccounts(client: ApiClient): Promise<SchedulerAccount[]> {
	const known = capacities.get(client);
	if (known) return await known;
	const asked = createLtxStudioApi(client)
		.capacity()
		.then((answer) => {
			if (!answer.ok) throw client.error(answer.failure);
			return answer.body.available;
		});
	capacities.set(client, asked);
	return await asked;
}

/**
 * The account for a call that creates something and names none.
 *
 * @returns the only account, or the one with the most free slots
 * @throws {NodeOperationError} when none is configured
 */
export async function roomiestAccount(context: ApiContext, client: ApiClient): Promise<string> {
	const accounts = await configuredAccounts(client);
	const [first, ...others] = accounts;
	if (!first) throw noAccount(context);
	return others.reduce((most, next) => (next.available > most.available ? next : most), first)
		.email;
}

/**
 * The account for a call that reads what belongs to one.
 *
 * @param place which item it is for, and of how many
 * @throws {NodeOperationError} when none is configured, or when it could be one of several
 */
export async function onlyAccount(
	context: ApiContext,
	client: ApiClient,
	{ item, count }: { item: number; count: number },
): Promise<string> {
	const emails = (await configuredAccounts(client)).map(({ email }) => email);
	const [only, ...others] = emails;
	if (only === undefined) throw noAccount(context);
	if (others.length === 0) return only;
	throw new NodeOperationError(context.getNode(), '"Account" is missing', {
		description: `${itemLabel(item, count)}: several accounts are configured. "Account" must be one of ${emails.join(', ')}.`,
		itemIndex: item,
	});
}

const NO_ACCOUNT = `No ${TEXTS.name} account is configured`;

/** What a list in the editor says, which shows no description. */
export const NO_ACCOUNT_TO_LIST = `${NO_ACCOUNT}. ${TEXTS.connectAccount}`;

const noAccount = (context: ApiContext) =>
	new NodeOperationError(context.getNode(), NO_ACCOUNT, { description: TEXTS.connectAccount });
