import { createHash } from 'crypto';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { connect, type ApiClient } from '../shared/api/client';
import type { Answer } from '../shared/api/failure';
import type { FileSource } from '../shared/files/source';
import { runSubmissions, type Draft } from '../shared/jobs/submissions';
import { runWaits, type WaitOperation } from '../shared/jobs/waits';
import { textOf } from '../shared/values';
import type { Generation, JobOperation } from './actions/operation';
import type { Media } from './fields/media';
import { createJobService, type Uploads } from './service/jobService';
import { LTX_API } from './service/texts';
import { uploadFile } from './service/upload';

/** Submits a generation for each item. */
export async function runGenerations(
	context: IExecuteFunctions,
	operation: JobOperation,
): Promise<INodeExecutionData[]> {
	const files = new Map<string, FileSource>();
	return await runSubmissions(context, {
		operation,
		draft: ({ item }) => toDraft(operation.prepare(context, item), files),
		connect: async () => {
			const client = await connect(context, LTX_API);
			const service = createJobService(client, onTheWay(context, client, files));
			return { context, client, service };
		},
	});
}

/** Waits for the jobs of all items. */
export async function waitForJobs(
	context: IExecuteFunctions,
	operation: WaitOperation,
): Promise<INodeExecutionData[]> {
	return await runWaits(context, {
		operation,
		connect: async () => {
			const client = await connect(context, LTX_API);
			return { context, client, service: createJobService(client) };
		},
	});
}

function toDraft(generation: Generation, files: Map<string, FileSource>): Draft {
	const { endpoint, price, parameters, media } = generation;
	const { prompt } = parameters;
	return {
		submission: {
			path: endpoint,
			body: bodyOf(generation, files),
			kind: 'video',
			price: price === undefined ? undefined : { usd: price },
			account: undefined,
			isBoundToAccount: false,
			maxJobs: undefined,
			replyUrl: undefined,
			// There is nowhere to look for what was lost.
			settleMs: 0,
		},
		userReference: undefined,
		model: textOf(parameters.model),
		title: typeof prompt === 'string' ? prompt : '',
		inspect: async () => {
			for (const medium of Object.values(media)) {
				if (medium && 'file' in medium) await medium.file.inspect();
			}
		},
	};
}

/** The request, in which files that are still to be uploaded are the same for every try. */
function bodyOf({ parameters, media }: Generation, files: Map<string, FileSource>): IDataObject {
	const uris = Object.entries(media).map(([name, medium]) => [name, toUri(medium, files)] as const);
	return Object.fromEntries(
		[...Object.entries(parameters), ...uris].filter(([, value]) => value !== undefined),
	);
}

function toUri(medium: Media | undefined, files: Map<string, FileSource>): string | undefined {
	if (!medium || 'uri' in medium) return medium?.uri;
	const placeholder = `file:${createHash('sha256').update(medium.key).digest('base64url')}`;
	files.set(placeholder, medium.file);
	return placeholder;
}

/** Uploads each file when it is first needed, and no file twice, however many items are made from it. */
function onTheWay(
	context: IExecuteFunctions,
	client: ApiClient,
	files: ReadonlyMap<string, FileSource>,
): Uploads {
	const uploaded = new Map<string, Promise<Answer<string>>>();
	const upload = async (file: FileSource): Promise<Answer<string>> => {
		const answer = await uploadFile(context, client, file);
		return answer.ok ? { ok: true, body: answer.body.uri } : answer;
	};
	return {
		resolve: async (value) => {
			const file = typeof value === 'string' ? files.get(value) : undefined;
			if (file === undefined || typeof value !== 'string') return { ok: true, body: value };
			const known = uploaded.get(value) ?? upload(file);
			uploaded.set(value, known);
			const answer = await known;
			// A failed upload is no news for the next item, which tries again.
			if (!answer.ok) uploaded.delete(value);
			return answer;
		},
	};
}
