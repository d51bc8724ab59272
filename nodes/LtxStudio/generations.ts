import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { MAX_USER_REFERENCE } from '../shared/jobs/reference';
import { runSubmissions, type Draft } from '../shared/jobs/submissions';
import { runWaits, type WaitOperation } from '../shared/jobs/waits';
import type { FieldReader } from '../shared/n8n/fieldReader';
import { numberOf, textOf } from '../shared/values';
import type { Generation, JobOperation } from './actions/operation';
import { POLL_ATTEMPT_MS } from './service/api';
import { MAX_REPLY_URL, openDesk } from './service/desk';

/** How long a lost submission is looked for, besides the time that the API itself waits, in milliseconds. */
const SETTLE_MS = 20_000;

/** Submits a generation for each item. */
export async function runGenerations(
	context: IExecuteFunctions,
	operation: JobOperation,
): Promise<INodeExecutionData[]> {
	return await runSubmissions(context, {
		operation,
		draft: (form) => readDraft(form, operation.prepare(context, form.item)),
		connect: async () => await openDesk(context),
	});
}

/** Waits for the jobs of all items. */
export async function waitForJobs(
	context: IExecuteFunctions,
	operation: WaitOperation,
): Promise<INodeExecutionData[]> {
	return await runWaits(context, {
		operation,
		connect: async () => await openDesk(context),
	});
}

function readDraft(form: FieldReader, generation: Generation): Draft {
	const { path, body, type, price, assets } = generation;
	const { prompt } = body;
	const userReference = form.text('replyRef', { max: MAX_USER_REFERENCE });
	return {
		submission: {
			path,
			body,
			kind: type,
			price,
			account: accountOf(form, generation),
			isBoundToAccount: assets.length > 0,
			maxJobs: form.integer('maxJobs', { optional: true }),
			sentReference: form.boolean('replyRefAsIs') ? userReference : undefined,
			replyUrl: form.url('replyUrl', { max: MAX_REPLY_URL }),
			settleMs: SETTLE_MS + (numberOf(body.pollForResult) ?? 0) * POLL_ATTEMPT_MS,
		},
		userReference,
		model: textOf(body.model),
		title: typeof prompt === 'string' ? prompt : '',
	};
}

/** The account chosen, else the one that a job belongs to, else the one that came with the asset on the incoming item. */
function accountOf(form: FieldReader, { assets, email: owner }: Generation): string | undefined {
	const chosen = form.email('email');
	if (chosen !== undefined && owner !== undefined && chosen !== owner) {
		return form.reject('email', chosen, `${owner}, the account that the job belongs to`);
	}
	const { fileId, email } = form.fields.incoming();
	const carried =
		typeof fileId === 'string' && assets.includes(fileId) && typeof email === 'string'
			? email
			: undefined;
	return chosen ?? owner ?? carried;
}
