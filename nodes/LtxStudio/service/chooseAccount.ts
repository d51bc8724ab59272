import { NodeOperationError } from 'n8n-workflow';

import { createLtxStudioApi, type AccountCapacity } from './api';
import type { ApiContext, UseapiClient } from '../../shared/api/client';

const capacities = new WeakMap<UseapiClient, Promise<AccountCapacity[]>>();

/** Asks once a run: all its uploads go to the same account, where one generation can use them together. */
async function configuredAccounts(client: UseapiClient): Promise<AccountCapacity[]> {
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
export async function roomiestAccount(context: ApiContext, client: UseapiClient): Promise<string> {
	const accounts = await configuredAccounts(client);
	const [first, ...others] = accounts;
	if (!first) throw noAccount(context);
	return others.reduce((most, next) => (next.available > most.available ? next : most), first)
		.email;
}

/**
 * The account for a call that reads what belongs to one.
 *
 * @throws {NodeOperationError} when none is configured, or when it could be one of several
 */
export async function onlyAccount(
	context: ApiContext,
	client: UseapiClient,
	item: number,
): Promise<string> {
	const emails = (await configuredAccounts(client)).map(({ email }) => email);
	const [only, ...others] = emails;
	if (only === undefined) throw noAccount(context);
	if (others.length === 0) return only;
	throw new NodeOperationError(context.getNode(), '"Account" is missing', {
		description: `Item ${item}: several accounts are configured. "Account" must be one of ${emails.join(', ')}.`,
		itemIndex: item,
	});
}

const noAccount = (context: ApiContext) =>
	new NodeOperationError(context.getNode(), 'No LTX Studio account is configured', {
		description: 'Connect one with Account > Create or Update.',
	});
