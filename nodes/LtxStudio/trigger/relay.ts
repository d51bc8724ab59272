import type { IN8nHttpFullResponse, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import {
	accept,
	queryText,
	readCallback,
	refuse,
	RESUME_PARAMETER,
} from '../../shared/jobs/waiting/callback';
import { clock } from '../../shared/n8n/clock';
import type { CalledBack } from '../../shared/jobs/waiting/callback';
import { verifyReplyReference } from '../../shared/jobs/reference';
import { connect } from '../../shared/api/client';
import type { Settings } from './settings';
import { toWaitingUrl } from './waitingUrl';
import { LTX_STUDIO_API } from '../service/texts';

/** How long an execution may take until it is stored, in milliseconds. */
const PATIENCE_MS = 60_000;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
const CALL_TIMEOUT_MS = 30_000;

/**
 * Hands a callback on to the execution that sleeps until its jobs have finished. Nothing of this workflow runs.
 */
export async function relay(
	context: IWebhookFunctions,
	{ internalBaseUrl }: Settings,
): Promise<IWebhookResponseData> {
	const callback = readCallback(context);
	if (!callback.ok) return refuse(context, callback.status, callback.message);
	const resumeUrl = queryText(context, RESUME_PARAMETER);
	if (resumeUrl === undefined) {
		return refuse(context, 400, `The URL does not say whom to ${RESUME_PARAMETER}`);
	}
	const { token } = await connect(context, LTX_STUDIO_API);
	if (!verifyReplyReference(callback.body.replyRef, token, resumeUrl)) {
		return refuse(context, 403, 'The reply reference is not right');
	}
	// In a webhook that starts a workflow there is no execution yet: n8n puts a placeholder for its ID.
	const own = context.evaluateExpression('{{ $execution.resumeUrl }}');
	const url = typeof own === 'string' ? toWaitingUrl(resumeUrl, own, internalBaseUrl) : undefined;
	if (url === undefined) return refuse(context, 403, 'The execution is not one of this n8n');

	const response = accept(context);
	await handOver(context, url, callback.body);
	return response;
}

type Attempt = { kind: 'done' } | { kind: 'early' | 'refused'; reason: string };

/** Calls until the execution takes the callback: it may come before n8n has stored the execution. */
async function handOver(context: IWebhookFunctions, url: string, body: CalledBack): Promise<void> {
	const deadline = clock.now() + PATIENCE_MS;
	for (let delay = FIRST_DELAY_MS; ; delay = Math.min(2 * delay, LONGEST_DELAY_MS)) {
		const attempt = await call(context, url, body);
		if (attempt.kind === 'done') return;
		if (attempt.kind === 'refused' || clock.now() + delay > deadline) {
			const { pathname } = new URL(url);
			context.logger.warn(
				`The callback for job ${body.jobId} was not taken by ${pathname}: ${attempt.reason}`,
			);
			return;
		}
		await clock.sleep(delay);
	}
}

async function call(context: IWebhookFunctions, url: string, body: CalledBack): Promise<Attempt> {
	try {
		const { statusCode, body: answer } = (await context.helpers.httpRequest({
			method: 'POST',
			url,
			body: { ...body },
			json: true,
			timeout: CALL_TIMEOUT_MS,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		})) as IN8nHttpFullResponse;
		return toAttempt(statusCode, answer);
	} catch (error) {
		return { kind: 'early', reason: error instanceof Error ? error.message : 'no answer' };
	}
}

/** n8n answers 404 and 409 before an execution waits, and 409 once it is over. A restart or a proxy answers 5xx. */
function toAttempt(status: number, answer: unknown): Attempt {
	if (status < 300) return { kind: 'done' };
	const { message } = (answer ?? {}) as { message?: unknown };
	const isOver = status === 409 && typeof message === 'string' && message.includes('has finished');
	// A callback that comes twice, or late, has nothing left to do.
	if (isOver) return { kind: 'done' };
	const isEarly = status === 404 || status === 409 || status === 429 || status >= 500;
	return { kind: isEarly ? 'early' : 'refused', reason: `n8n answered ${status}` };
}
