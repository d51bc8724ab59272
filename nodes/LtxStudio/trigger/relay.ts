import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { connect } from '../../shared/api/client';
import { printable } from '../../shared/api/text';
import { claimsToBeOurs, verifyReplyReference } from '../../shared/jobs/reference';
import {
	accept,
	queryText,
	readCallback,
	refuse,
	RESUME_PARAMETER,
} from '../../shared/jobs/waiting/callback';
import { knock } from '../../shared/jobs/waiting/knock';
import { WEBHOOK_PATH } from '../service/desk';
import { clock } from '../../shared/n8n/clock';
import { evaluateText } from '../../shared/n8n/evaluate';
import { LTX_STUDIO_API } from '../service/texts';
import type { Settings } from './settings';
import { lookInto } from './unproven';
import { toWaitingUrl } from './waitingUrl';

/** How long an execution may take until it is stored, in milliseconds. */
const PATIENCE_MS = 60_000;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;

/** What the execution gets to see: who is to be looked at, and by what right. */
interface News {
	jobId: string;
	replyRef: string | undefined;
	status: object;
}

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
	const { jobId, replyRef } = callback.body;
	const news = { jobId, replyRef, status: {} };
	const url = toWaitingUrl(resumeUrl, anyResumeUrl(context), internalBaseUrl);
	if (url === undefined) return refuse(context, 403, 'The execution is not one of this n8n');
	// Only a reference that claims to be genuine is worth a look into n8n's database.
	const isProven =
		claimsToBeOurs(replyRef) &&
		verifyReplyReference(replyRef, (await connect(context, LTX_STUDIO_API)).token, resumeUrl);
	if (!isProven) {
		return await handOverUnproven(context, url, news);
	}
	const response = accept(context);
	await handOver(context, url, news);
	return response;
}

/** By the address of this n8n: the expression costs n8n 2.41 a V8 isolate each time. */
const resumeUrls = new Map<string, string>();

/**
 * Any resume URL of this n8n: in a webhook that starts a workflow there is no execution yet, and n8n puts a placeholder for its ID.
 *
 * @returns nothing where n8n can't tell, which is asked again the next time
 */
function anyResumeUrl(context: IWebhookFunctions): string {
	const address = context.getInstanceBaseUrl();
	const url = resumeUrls.get(address) ?? evaluateText(context, '{{ $execution.resumeUrl }}');
	if (url !== '') resumeUrls.set(address, url);
	return url;
}

/** Calls until the execution takes the callback: it may come before n8n has stored the execution. */
async function handOver(context: IWebhookFunctions, url: string, news: News): Promise<void> {
	const deadline = clock.now() + PATIENCE_MS;
	for (let delay = FIRST_DELAY_MS; ; delay = Math.min(2 * delay, LONGEST_DELAY_MS)) {
		const reception = await knock(context, url, news);
		if (reception.kind === 'taken') return;
		const { reason } = reception;
		// A callback that comes twice, or late, has nothing left to do.
		if (reception.kind === 'over' || reception.kind === 'unknown') {
			context.logger.debug(
				`No execution waits for the callback for job ${printable(news.jobId)}: ${reason}`,
			);
			return;
		}
		if (clock.now() + delay > deadline) {
			const { pathname } = new URL(url);
			context.logger.warn(
				`The callback for job ${printable(news.jobId)} was not taken by ${pathname}: ${printable(reason)}`,
			);
			return;
		}
		await clock.sleep(delay);
	}
}

/**
 * A reference that this token has not signed may be one of another token, which was changed while the execution slept. The
 * execution itself knows its references, so that it is asked; once, and only at the node's own path, where nothing but this
 * package listens.
 */
async function handOverUnproven(
	context: IWebhookFunctions,
	url: string,
	news: News,
): Promise<IWebhookResponseData> {
	const refused = 'The reply reference is not right';
	if (!isOwnPath(url)) return refuse(context, 403, refused);
	const reception = await lookInto(async () => await knock(context, url, news));
	if (!reception) return refuse(context, 429, 'Too many callbacks that nobody vouches for');
	return reception.kind === 'taken' ? accept(context) : refuse(context, 403, refused);
}

const isOwnPath = (url: string) => new URL(url).pathname.endsWith(`/${WEBHOOK_PATH}`);
