import { createHash } from 'crypto';
import { NodeOperationError, type IDataObject, type IHookFunctions } from 'n8n-workflow';

import { isPrivateHost } from '../../shared/api/privateHost';
import { connect, type ApiClient } from '../../shared/api/client';
import type { ApiRequest } from '../../shared/api/request';
import { readSettings, type Settings } from './settings';
import { SECRET_PARAMETER } from './startWorkflow';
import { LTX_STUDIO_API, TEXTS } from '../service/texts';

/** The path of the trigger's webhook. */
export const TRIGGER_PATH = 'ltx-studio';

/** The settings of the whole subscription; of them only the default `replyUrl` matters here. */
interface AccountSettings {
	replyUrl?: string | null;
}

/** What deactivation has to put back, kept in the static data of the node. */
interface Registration {
	/** A fingerprint of the URL: it may hold the trigger's secret. Version 0.1.0 has stored the URL itself. */
	registered: string;
	/** Empty where no URL was set, or that of another trigger of this package. */
	previous: string;
}

const PATH = 'v2/account';

/**
 * @returns whether there is nothing to register: the user does not want it, or it is done, or it is a test in the editor,
 * whose URL is no good to anybody else
 * @throws {NodeOperationError} when useapi.net cannot reach the trigger's URL
 * @throws {NodeApiError} when the API refuses
 */
export async function isRegistered(context: IHookFunctions): Promise<boolean> {
	const settings = settingsOf(context);
	if (!isWanted(settings) || isTest(context)) return true;
	const client = await connect(context, LTX_STUDIO_API);
	const url = reachableUrl(context, client, settings);
	const registration = readRegistration(context.getWorkflowStaticData('node'));
	// Without a record of it, deactivation would put nothing back.
	return (
		registration !== undefined &&
		isRegisteredAs(registration, url) &&
		(await currentUrl(client)) === url
	);
}

/**
 * Makes the trigger's URL the account's default.
 *
 * @throws {NodeOperationError} when useapi.net cannot reach that URL
 * @throws {NodeApiError} when the API refuses
 */
export async function register(context: IHookFunctions): Promise<boolean> {
	const settings = settingsOf(context);
	if (!isWanted(settings) || isTest(context)) return true;
	const client = await connect(context, LTX_STUDIO_API);
	const url = reachableUrl(context, client, settings);
	const current = await currentUrl(client);
	const staticData = context.getWorkflowStaticData('node');
	const before = readRegistration(staticData);
	const previous = before && isRegisteredAs(before, current) ? before.previous : current;
	staticData.registration = {
		registered: fingerprint(url),
		// Its trigger may be gone by the time that this one ends, whichever was first.
		previous: isOfTrigger(previous) ? '' : previous,
	} satisfies Registration;
	await setUrl(client, url);
	return true;
}

/**
 * Puts back what was there before. What somebody else has set meanwhile is left alone.
 *
 * @throws {NodeApiError} when the API refuses
 */
export async function unregister(context: IHookFunctions): Promise<boolean> {
	if (isTest(context)) return true;
	const staticData = context.getWorkflowStaticData('node');
	const registration = readRegistration(staticData);
	// The form may have been changed since: only what was done counts.
	if (!registration) return true;
	const client = await connect(context, LTX_STUDIO_API);
	if (isRegisteredAs(registration, await currentUrl(client))) {
		await setUrl(client, isOfTrigger(registration.previous) ? '' : registration.previous);
	}
	delete staticData.registration;
	return true;
}

const settingsOf = (context: IHookFunctions) =>
	readSettings((name, fallback) => context.getNodeParameter(name, fallback));

const isTest = (context: IHookFunctions) => context.getActivationMode() === 'manual';

const fingerprint = (url: string) => createHash('sha256').update(url).digest('base64url');

const isRegisteredAs = ({ registered }: Registration, url: string) =>
	registered === url || registered === fingerprint(url);

/** n8n puts the trigger's own path behind the ID of its webhook; what comes right behind the endpoint is a Webhook node's. */
const OF_TRIGGER = new RegExp(`/(?!webhook/)[^/]+/${TRIGGER_PATH}$`);

const isOfTrigger = (url: string) => URL.canParse(url) && OF_TRIGGER.test(new URL(url).pathname);

const isWanted = ({ mode, register: isOn }: Settings) => mode === 'start' && isOn;

function reachableUrl(context: IHookFunctions, client: ApiClient, { secret }: Settings): string {
	const url = new URL(context.getNodeWebhookUrl('default') ?? '');
	if (isPrivateHost(url) && !isPrivateHost(client.baseUrl)) {
		throw new NodeOperationError(
			context.getNode(),
			`${TEXTS.name} cannot call back at ${url.host}`,
			{
				description:
					'That address is private. Set WEBHOOK_URL of n8n to its public address, or switch "Register with useapi.net" off.',
			},
		);
	}
	if (secret !== undefined) url.searchParams.set(SECRET_PARAMETER, secret);
	return url.href;
}

function readRegistration({ registration }: IDataObject): Registration | undefined {
	const { registered, previous } = (registration ?? {}) as Partial<Registration>;
	return typeof registered === 'string' ? { registered, previous: previous ?? '' } : undefined;
}

async function currentUrl(client: ApiClient): Promise<string> {
	const account = await client.request<AccountSettings | null>({ method: 'GET', path: PATH });
	return account?.replyUrl ?? '';
}

async function setUrl(client: ApiClient, replyUrl: string): Promise<void> {
	const request: ApiRequest = { method: 'POST', path: PATH, body: { replyUrl }, repeatable: true };
	await client.request<AccountSettings>(request);
}
