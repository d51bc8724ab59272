import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Account } from './accounts';
import { ApiError, badRequest, insufficientCredits } from './apiError';
import type { Emulator } from './emulator';
import type { EndpointRule } from './endpoints';
import type { Job, Look } from './job';
import { answerWithJob } from './jobAnswer';
import type { Behaviour } from './options';
import type { AspectRatio } from './picture';
import { prices } from './products';
import type { Parameters } from './validate';
import { checkReplyUrl, number, readGeneration, text } from './validate';

/** How long one attempt of `pollForResult` waits. */
const POLL_ATTEMPT_MS = 3_000;
const MODERATED = '[moderated]';
const UPSCALED = 2;
const SECOND_MS = 1_000;

/** Handles the calls that start a job: checks, charges, starts, and waits where that is asked for. */
export function generate(emulator: Emulator, endpoint: EndpointRule) {
	return async (request: FastifyRequest, reply: FastifyReply) => {
		const job = submit(emulator, endpoint, request);
		const attempts = number(job.parameters, 'pollForResult') ?? 0;
		if (attempts > 0 && (await waitForResult(emulator, reply, job, attempts))) {
			return { code: 200, ...answerWithJob(emulator, job, request, reply) };
		}
		return { jobId: job.id, generationId: job.generationId };
	};
}

function submit(emulator: Emulator, endpoint: EndpointRule, request: FastifyRequest): Job {
	const { accounts, behaviour, jobs } = emulator;
	const { body } = request;
	const { parameters, modelRule } = readGeneration(body, endpoint, request.isMultipart());
	const replyUrl = text(parameters, 'replyUrl') ?? emulator.defaultReplyUrl;
	if (replyUrl !== undefined) checkReplyUrl(replyUrl);

	const maxJobs = number(parameters, 'maxJobs');
	const hasSlot = (account: Account) =>
		jobs.countRunning(account.email) < (maxJobs ?? account.maxJobs);
	const account = accounts.choose(text(parameters, 'email'), behaviour.requireEmail, hasSlot);

	checkAssets(emulator, endpoint, parameters, account.email);
	const look = lookOf(emulator, parameters, account.email);
	const prompt = text(parameters, 'prompt');
	if (prompt?.includes(MODERATED)) {
		throw new ApiError(422, 'The prompt was refused by content moderation');
	}
	const credits = prices[modelRule.product];
	if (account.credits < credits) throw insufficientCredits();
	if (!hasSlot(account)) throw noFreeSlot(emulator, account);

	const { product } = modelRule;
	const { email } = account;
	return jobs.submit({ endpoint, product, email, parameters, prompt, credits, replyUrl, look });
}

/** Assets have to be in the account, be pictures, and be uploaded for this use or generated. */
function checkAssets(
	{ library }: Emulator,
	{ assetFields, assetType }: EndpointRule,
	parameters: Parameters,
	email: string,
): void {
	for (const name of assetFields) {
		const fileId = text(parameters, name);
		if (fileId === undefined) continue;
		const asset = library.get(fileId);
		if (asset?.email !== email) {
			throw badRequest(`${name}: account ${email} has no asset ${fileId}`);
		}
		if (!asset.mimeType.startsWith('image/')) {
			throw badRequest(`${name} must be an image, not ${asset.mimeType}`);
		}
		if (asset.type !== assetType && asset.type !== 'artifact') {
			throw badRequest(`${name} must be an asset that was uploaded with type=${assetType}`);
		}
	}
}

/** What the result looks like. Of an upscaled picture: like the picture, larger. */
function lookOf({ jobs }: Emulator, parameters: Parameters, email: string): Look {
	const sourceId = text(parameters, 'jobId');
	if (sourceId === undefined) {
		const ratio = (text(parameters, 'aspectRatio') ?? '16:9') as AspectRatio;
		return { text: text(parameters, 'prompt') ?? '', ratio, scale: 1 };
	}
	const source = jobs.readable(sourceId);
	if (source?.type !== 'image' || source.email !== email || !source.artifact) {
		throw badRequest(`jobId: account ${email} has no completed image job ${sourceId}`);
	}
	return { ...source.look, scale: UPSCALED };
}

function noFreeSlot({ behaviour, clock, jobs }: Emulator, { email }: Account): ApiError {
	const now = clock.now();
	const nextFree = Math.min(...jobs.runningOf(email).map(({ endsAt }) => endsAt));
	const seconds = Number.isFinite(nextFree) ? Math.ceil((nextFree - now) / SECOND_MS) : 1;
	const wait = Math.max(1, seconds);
	const headers: Record<Behaviour['retryAfter'], Record<string, string>> = {
		none: {},
		seconds: { 'retry-after': String(wait) },
		date: { 'retry-after': new Date(now + wait * SECOND_MS).toUTCString() },
	};
	return new ApiError(429, `Account ${email} has no free slot`, headers[behaviour.retryAfter]);
}

/** Holds the request until the job is done. False when it is not done after the last attempt. */
async function waitForResult(
	{ activity, jobViews }: Emulator,
	reply: FastifyReply,
	job: Job,
	attempts: number,
): Promise<boolean> {
	job.isPolled = true;
	try {
		for (let attempt = 0; attempt < attempts && !jobViews.isDone(job); attempt++) {
			if (!(await activity.hold(reply.raw, POLL_ATTEMPT_MS))) return false;
		}
		return jobViews.isDone(job);
	} finally {
		job.isPolled = false;
	}
}
