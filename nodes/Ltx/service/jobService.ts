import type { IDataObject } from 'n8n-workflow';

import type { ApiClient } from '../../shared/api/client';
import { unreadableFailure, type Answer, type Failure } from '../../shared/api/failure';
import type { JobReport, JobService, Refusal } from '../../shared/jobs/service';
import { isRecord, textOf } from '../../shared/values';
import { blankReport, toOutput, toReport } from './job';
import { parseJobId, type Endpoint } from './jobId';
import { TEXTS } from './texts';

/** Turns what stands for a file into the address of the file, once it is uploaded. */
export interface Uploads {
	/** @returns any other value as it is */
	resolve(value: unknown): Promise<Answer<unknown>>;
}

/** For whoever submits nothing. */
const NO_UPLOADS: Uploads = { resolve: async (body) => await Promise.resolve({ ok: true, body }) };

/** The API asks to be asked about a job no more often than this, in seconds. */
export const READ_INTERVAL_SECONDS = 5;
const SUBMIT_TIMEOUT_MS = 60_000;

/** Passing refusals, in the API's own words: nothing was taken on, and something may be soon. */
const BUSY = new Set(['rate_limit_error', 'concurrency_limit_error']);
const DOWN = new Set(['service_unavailable_error', 'overloaded_error']);

/** @returns what the API calls an error; undefined where the answer is not its own */
function typeOf({ body }: Failure): string | undefined {
	if (!isRecord(body) || body.type !== 'error' || !isRecord(body.error)) return undefined;
	return textOf(body.error.type);
}

function refusalOf(failure: Failure): Refusal {
	const type = typeOf(failure) ?? '';
	if (failure.status === 429 || BUSY.has(type) || DOWN.has(type)) return 'busy';
	// What is left may pay for something cheaper.
	if (failure.status === 402) return 'price';
	return failure.status === 401 ? 'all' : 'item';
}

/** Lightricks' LTX API, as the engine sees it: it lists nothing, knows no references and calls nobody back. */
export function createJobService(client: ApiClient, uploads = NO_UPLOADS): JobService {
	return {
		texts: TEXTS,
		shortestReadInterval: READ_INTERVAL_SECONDS * 1000,
		submit: async ({ path, body }) => {
			const request = await resolveAll(uploads, body);
			if (!request.ok) return request;
			const endpoint = path as Endpoint;
			const answer = await client.send<unknown>({
				method: 'POST',
				path: `v2/${endpoint}`,
				body: request.body,
				timeout: SUBMIT_TIMEOUT_MS,
			});
			if (!answer.ok) return { ok: false, failure: withoutDoubt(answer.failure) };
			const created = isRecord(answer.body) ? answer.body : {};
			const id = textOf(created.id);
			return id === undefined
				? unreadable()
				: { ok: true, body: toReport({ endpoint, id }, created) };
		},
		read: async (jobId) => await readJob(client, jobId),
		blank: blankReport,
		output: toOutput,
		refusalOf,
		explain: (failure) => client.explain(failure),
	};
}

async function readJob(client: ApiClient, jobId: string): Promise<Answer<JobReport>> {
	const parts = parseJobId(jobId);
	if (!parts) return unreadable();
	const { endpoint, id } = parts;
	const answer = await client.send<unknown>({
		method: 'GET',
		path: `v2/${endpoint}/${encodeURIComponent(id)}`,
	});
	if (!answer.ok) return answer;
	const { body } = answer;
	if (!isRecord(body) || textOf(body.status) === undefined) return unreadable();
	return { ok: true, body: toReport(parts, body) };
}

/** Uploads the files of a request, and puts their addresses in their places. */
async function resolveAll(uploads: Uploads, body: IDataObject): Promise<Answer<IDataObject>> {
	const request: IDataObject = {};
	for (const [name, value] of Object.entries(body)) {
		const answer = await uploads.resolve(value);
		// Whatever went wrong, the video was not asked for.
		if (!answer.ok) return { ok: false, failure: { ...answer.failure, effect: 'none' } };
		request[name] = answer.body as IDataObject[string];
	}
	return { ok: true, body: request };
}

/** What the API itself has turned away for a while, it has not taken on, whatever the class of the status. */
const withoutDoubt = (failure: Failure): Failure =>
	DOWN.has(typeOf(failure) ?? '') ? { ...failure, effect: 'none' } : failure;

const unreadable = () => ({ ok: false, failure: unreadableFailure(200, {}) }) as const;
