import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { isItemError, toErrorItem, type ItemError } from '../../shared/n8n/items';
import { RESUME_PARAMETER } from '../../shared/jobs/waiting/callback';
import { clock } from '../../shared/n8n/clock';
import type { FieldReader } from '../../shared/n8n/fieldReader';
import { toJob } from '../service/job';
import type { ResultSettings } from '../../shared/jobs/jobResult';
import { isPrivateHost } from '../../shared/api/privateHost';
import type { UseapiClient } from '../../shared/api/client';
import { MAX_REPLY_URL } from '../fields/jobOptions';
import { evaluateText } from './evaluate';
import { problemOf, traceOf, type JobItem, type Trace } from './jobItems';

/** Where a stored execution is called back. */
export interface CallbackAddress {
	/** What LTX Studio is told to call. */
	replyUrl: string;
	/** The resume URL, where a trigger hands the callback on to it; empty where it is called directly. */
	relayedUrl: string;
}

/** An item of a stored execution: a job that is waited for, or an error that it already has. */
export type ParkedItem =
	| {
			jobId: string;
			reference: string;
			title: string;
			settings: ResultSettings;
			/** Leads to the first job, if the item was submitted twice; goes out with the second one. */
			trace?: Trace;
	  }
	| { message: string; description: string; known: IDataObject };

/** What a stored execution needs to go on; plain data, because n8n stores it. */
export interface Parked {
	items: ParkedItem[];
	relayedUrl: string;
}

export const PARKED_KEY = 'waitingFor';

/** The engine runs the tools of newer agents as nodes of their own, of the type that n8n has made for tools. */
const isTool = (context: IExecuteFunctions) =>
	context.isToolExecution() || context.getNode().type.endsWith('Tool');

/**
 * Finds the address to be called back at, and makes sure that it can work before anything is spent.
 *
 * @throws {NodeOperationError} with the reason and the way out
 */
export function callbackAddress(
	context: IExecuteFunctions,
	client: UseapiClient,
	form: FieldReader,
): CallbackAddress {
	const refuse = (message: string, description: string) =>
		new NodeOperationError(context.getNode(), message, {
			description: `${description} Nothing was submitted.`,
		});
	const wayOut = `Set "${form.label('waitMode')}" to "Keep Asking".`;
	if (isTool(context)) {
		throw refuse('An AI tool cannot sleep until it is called back', wayOut);
	}
	if (context.getMode() === 'integrated') {
		throw refuse(
			'A sub-workflow cannot sleep until it is called back',
			`n8n would give the wrong data to the calling workflow. ${wayOut}`,
		);
	}
	const resumeUrl = evaluateText(context, '{{ $execution.resumeUrl }}');
	const triggerUrl = form.text('triggerUrl');
	const replyUrl = triggerUrl === undefined ? resumeUrl : relayThrough(form, triggerUrl, resumeUrl);
	const url = new URL(replyUrl);
	if (isPrivateHost(url) && !isPrivateHost(client.baseUrl)) {
		throw refuse(
			`LTX Studio cannot call back at ${url.host}`,
			`That address is private. Set WEBHOOK_URL of n8n to its public address, or: ${wayOut}`,
		);
	}
	if (replyUrl.length > MAX_REPLY_URL) {
		throw refuse(
			'The address to be called back at is too long',
			`It has ${replyUrl.length} characters, and can have up to ${MAX_REPLY_URL}. ${wayOut}`,
		);
	}
	return { replyUrl, relayedUrl: triggerUrl === undefined ? '' : resumeUrl };
}

function relayThrough(form: FieldReader, triggerUrl: string, resumeUrl: string): string {
	const isUrl = URL.canParse(triggerUrl) && /^https?:$/.test(new URL(triggerUrl).protocol);
	if (!isUrl) {
		return form.reject('triggerUrl', triggerUrl, 'an address that starts with https://');
	}
	const url = new URL(triggerUrl);
	url.searchParams.set(RESUME_PARAMETER, resumeUrl);
	return url.href;
}

/**
 * Stores the execution until all its jobs have finished, and frees the worker.
 *
 * @param timeout milliseconds after which n8n lets the items pass as they are
 */
export async function park(
	context: IExecuteFunctions,
	client: UseapiClient,
	items: ReadonlyArray<JobItem | ItemError>,
	{ relayedUrl }: CallbackAddress,
	timeout: number,
): Promise<INodeExecutionData[]> {
	const state: Parked = {
		items: items.map((item, index) => toParkedItem(context, client, item, index)),
		relayedUrl,
	};
	context.getContext('node')[PARKED_KEY] = state;

	const passed = items.map((item, index) => toTimedOutItem(context, client, item, index));
	// These come out if the time is up: n8n then hands on the items that the node was given.
	context.getExecuteData().data.main = [[...passed]];
	await context.putExecutionToWait(new Date(clock.now() + timeout));
	return passed;
}

function toParkedItem(
	context: IExecuteFunctions,
	client: UseapiClient,
	item: JobItem | ItemError,
	index: number,
): ParkedItem {
	if (isItemError(item)) return toParkedError(item);
	const problem = problemOf(context, client, item, index);
	if (problem) return toParkedError(problem.error, problem.known);
	const { entries, title, settings } = item;
	const [entry] = entries;
	return {
		jobId: entry?.jobId ?? '',
		reference: entry?.submission?.reference ?? '',
		title,
		settings,
		...(entry && { trace: traceOf(entry) }),
	};
}

const toParkedError = (
	{ message, description }: ItemError,
	known: IDataObject = {},
): ParkedItem => ({
	message,
	description: description ?? '',
	known,
});

function toTimedOutItem(
	context: IExecuteFunctions,
	client: UseapiClient,
	item: JobItem | ItemError,
	index: number,
): INodeExecutionData {
	const node = context.getNode();
	if (isItemError(item)) return toErrorItem(node, { ok: false, error: item }, index);
	const problem = problemOf(context, client, item, index);
	if (problem) return toErrorItem(node, problem, index);
	const [entry] = item.entries;
	const job = toJob(entry?.answer ?? {}, entry?.jobId);
	const isOpen = entry?.state === 'running';
	return {
		json: {
			...job,
			...(isOpen ? { status: 'active', timedOut: true } : {}),
			...(entry && traceOf(entry)),
		},
		pairedItem: { item: index },
	};
}
