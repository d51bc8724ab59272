import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isItemError, prepareItems, toOutput, type ItemError } from '../../shared/n8n/items';
import { clock } from '../../shared/n8n/clock';
import { FieldReader } from '../../shared/n8n/fieldReader';
import { toEntry, type Entry, type Submission } from '../../shared/jobs/entry';
import { JobRun } from '../../shared/jobs/jobRun';
import { readResultSettings } from '../../shared/jobs/jobResult';
import { createLtxStudioApi } from '../service/api';
import { Memory } from '../../shared/jobs/memory';
import {
	isFromExecution,
	makeReplyReference,
	MAX_USER_REFERENCE,
	type Origin,
} from '../../shared/jobs/reference';
import { connect } from '../../shared/api/client';
import { MAX_REPLY_URL } from '../fields/jobOptions';
import { WAIT_MODES } from '../fields/waiting';
import { evaluateText } from './evaluate';
import { hintsOf } from './hints';
import { concludeItems, readPace, type JobItem } from './jobItems';
import type { Generation, JobOperation } from './operation';
import { callbackAddress, park, type CallbackAddress } from './parking';

interface Prepared {
	generation: Generation;
	email: string | undefined;
	maxJobs: number | undefined;
	userReference: string | undefined;
	replyUrl: string | undefined;
	settings: JobItem['settings'];
}

/** Submits a generation for each item, and waits for them in the way that the user has chosen. */
export async function runGenerations(
	context: IExecuteFunctions,
	operation: JobOperation,
): Promise<INodeExecutionData[]> {
	const prepared = prepareItems(context, (item) => prepare(context, operation, item));
	if (prepared.length === 0) return [];

	const form = new FieldReader(context, operation.description, 0);
	const waitMode = form.choice('waitMode') ?? WAIT_MODES.poll;
	const pace = readPace(form);
	const client = await connect(context);
	const callback =
		waitMode === WAIT_MODES.webhook ? callbackAddress(context, client, form) : undefined;

	const origin = readOrigin(context);
	const items = prepared.map((item, index): JobItem | ItemError => {
		if (isItemError(item)) return item;
		const submission = toSubmission(item, { ...origin, item: index }, client.token, callback);
		const { prompt } = item.generation.body;
		return {
			settings: item.settings,
			title: typeof prompt === 'string' ? prompt : '',
			entries: [toEntry(submission)],
		};
	});
	const entries = items.flatMap((item) => (isItemError(item) ? [] : item.entries));

	const run = new JobRun(
		entries,
		{
			...pace,
			firstLook: operation.firstLook,
			onUncertain: form.choice('onUncertain') === 'resubmit' ? 'resubmit' : 'fail',
			stopOnProblem: !context.continueOnFail(),
			// Only a production execution is started again by n8n when its worker died.
			mayHaveDied: context.getMode() !== 'manual' && !context.isToolExecution(),
			isOurs: (reference) => isFromExecution(reference, origin.executionId, origin.nodeId),
		},
		{
			api: createLtxStudioApi(client),
			clock,
			memory: new Memory(context.isToolExecution() ? {} : context.getContext('node')),
			signal: client.signal,
		},
	);

	if (waitMode === WAIT_MODES.poll) await run.finishAll();
	else await run.submitAll();
	if (callback) {
		await run.refresh();
		const waiting = entries.some(({ state }) => state === 'running');
		const stops = !context.continueOnFail() && entries.some(hasProblem);
		if (waiting && !stops && !client.signal?.aborted) {
			return await park(context, client, items, callback, pace.timeout);
		}
	}
	const outcomes = await concludeItems(context, client, items, entries);
	context.addExecutionHints(...hintsOf(items));
	return toOutput(context, outcomes);
}

const hasProblem = ({ outcome }: Entry) => outcome?.ok === false;

function prepare(context: IExecuteFunctions, operation: JobOperation, item: number): Prepared {
	const form = new FieldReader(context, operation.description, item);
	const generation = operation.prepare(context, item);
	const userReference = form.text('replyRef', { max: MAX_USER_REFERENCE });
	return {
		generation,
		email: accountOf(context, form, generation, item),
		maxJobs: form.integer('maxJobs'),
		userReference,
		replyUrl: readReplyUrl(form),
		settings: readResultSettings(form),
	};
}

/** The account chosen, else the one that a job belongs to, else the one that came with the asset on the incoming item. */
function accountOf(
	context: IExecuteFunctions,
	form: FieldReader,
	{ assets, email: owner }: Generation,
	item: number,
): string | undefined {
	const chosen = form.text('email', {
		pattern: /^\S+@\S+$/,
		expected: 'the email address of an account, such as name@example.com',
	});
	if (chosen !== undefined && owner !== undefined && chosen !== owner) {
		return form.reject('email', chosen, `${owner}, the account that the job belongs to`);
	}
	const { fileId, email } = context.getInputData()[item]?.json ?? {};
	const carried =
		typeof fileId === 'string' && assets.includes(fileId) && typeof email === 'string'
			? email
			: undefined;
	return chosen ?? owner ?? carried;
}

function readReplyUrl(form: FieldReader): string | undefined {
	const text = form.text('replyUrl', { max: MAX_REPLY_URL });
	if (text === undefined) return undefined;
	const isUrl = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
	return isUrl
		? text
		: form.reject('replyUrl', text, 'an address that starts with http:// or https://');
}

function readOrigin(context: IExecuteFunctions): Omit<Origin, 'item'> {
	const run = evaluateText(context, '{{ $runIndex }}');
	return {
		executionId: context.getExecutionId(),
		nodeId: context.getNode().id,
		// n8n numbers the calls of a tool anew for each item of an agent.
		run: context.isToolExecution() ? `${run}-${Math.random().toString(36).slice(2, 10)}` : run,
	};
}

function toSubmission(
	{ generation, email, maxJobs, userReference, replyUrl }: Prepared,
	origin: Origin,
	token: string,
	callback: CallbackAddress | undefined,
): Submission {
	const { path, type, body, price, namesAssets } = generation;
	return {
		path,
		type,
		body,
		email,
		namesAssets,
		maxJobs,
		price,
		reference: makeReplyReference(origin, token, userReference, callback?.relayedUrl),
		replyUrl: callback?.replyUrl ?? replyUrl,
	};
}
