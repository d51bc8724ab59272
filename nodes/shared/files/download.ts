import {
	NodeApiError,
	NodeOperationError,
	type IBinaryData,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type IN8nHttpFullResponse,
	type IWebhookFunctions,
} from 'n8n-workflow';

import type { UseapiClient } from '../api/client';
import { explain } from '../api/explain';
import { toThrownFailure } from '../api/failure';
import { extensionOf, statedType } from './mimeType';
import { toFileName } from './fileName';
import { PLAIN } from './plain';

export interface Download {
	url: string;
	/** What the file is called after: a prompt, or the name in its URL. */
	title: string;
	/** What tells it from others of the same title. */
	unique: string;
	mimeType: string | null;
	/** Asks for a fresh URL once the signed one has expired. */
	refresh: (() => Promise<string | undefined>) | undefined;
	/** What is known of the file, for errors: its job. */
	subject: string;
	item: number;
}

type FileContext = IExecuteFunctions | IWebhookFunctions;

/** A store answers so for a signed URL that is no longer good. */
const EXPIRED = new Set([400, 401, 403, 404, 410]);
const TIMEOUT_MS = 60 * 60 * 1000;
const WAYS_TO_GET_IT = 'Get the file with Asset > Download, or its job with Scheduler > Get Job.';

/**
 * Streams a file to n8n's binary store.
 *
 * @throws {NodeOperationError} when the URL may not be used
 * @throws {NodeApiError} when the file cannot be had whole
 */
export async function download(
	context: FileContext,
	client: UseapiClient,
	file: Download,
): Promise<IBinaryData> {
	let response = await openUrl(context, client, file, file.url);
	if (EXPIRED.has(response.statusCode) && file.refresh) {
		discard(response.body);
		const url = await file.refresh();
		if (url !== undefined) response = await openUrl(context, client, file, url);
	}
	if (response.statusCode !== 200) {
		discard(response.body);
		throw failure(context, file, describeStatus(response.statusCode), response.statusCode);
	}
	return await store(context, file, response);
}

async function openUrl(
	context: FileContext,
	client: UseapiClient,
	file: Download,
	address: string,
): Promise<IN8nHttpFullResponse> {
	const url = URL.canParse(address) ? new URL(address) : undefined;
	if (!url || (url.protocol !== 'https:' && url.origin !== client.baseUrl.origin)) {
		throw new NodeOperationError(context.getNode(), 'The URL of the file cannot be used', {
			description: `Item ${file.item}: "${address.slice(0, 80)}" must start with https://. ${file.subject}`,
			itemIndex: file.item,
		});
	}
	const request: IHttpRequestOptions = {
		url: url.href,
		headers: PLAIN,
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// A signed URL does not redirect: what does leads away from the store.
		disableFollowRedirect: true,
		timeout: TIMEOUT_MS,
		...(client.signal ? { abortSignal: client.signal } : {}),
	};
	try {
		return (await context.helpers.httpRequest(request)) as IN8nHttpFullResponse;
	} catch (error) {
		throw failure(context, file, explain(toThrownFailure(error), url.host).message);
	}
}

async function store(
	context: FileContext,
	file: Download,
	{ body, headers }: IN8nHttpFullResponse,
): Promise<IBinaryData> {
	const header = headers['content-type'];
	const type =
		file.mimeType ??
		statedType(typeof header === 'string' ? header : undefined) ??
		'application/octet-stream';
	const name = toFileName(file.title, file.unique, extensionOf(type));
	let binary: IBinaryData;
	try {
		binary = await context.helpers.prepareBinaryData(
			body as Parameters<typeof context.helpers.prepareBinaryData>[0],
			name,
			type,
		);
	} catch (error) {
		discard(body);
		const reason = error instanceof Error ? error.message : 'unknown';
		throw failure(context, file, `The download broke off: ${reason}`);
	}
	const expected = Number(headers['content-length'] ?? binary.bytes);
	if (binary.bytes !== undefined && binary.bytes !== expected) {
		throw failure(
			context,
			file,
			`The download broke off after ${binary.bytes} of ${expected} bytes`,
		);
	}
	return binary;
}

function discard(body: IN8nHttpFullResponse['body']): void {
	if (typeof body === 'object' && body !== null && 'destroy' in body) {
		(body as { destroy: () => void }).destroy();
	}
}

const describeStatus = (status: number) =>
	EXPIRED.has(status)
		? `The store refused the file (${status}): its signed URL has expired or is not valid`
		: status >= 300 && status < 400
			? `The store redirected to another address (${status}), which is not followed`
			: `The store answered ${status}`;

function failure(
	context: FileContext,
	{ item, subject }: Download,
	message: string,
	status?: number,
): NodeApiError {
	return new NodeApiError(
		context.getNode(),
		{ message },
		{
			message,
			description: [`Item ${item}:`, subject, WAYS_TO_GET_IT].filter(Boolean).join(' '),
			itemIndex: item,
			...(status === undefined ? {} : { httpCode: String(status) }),
		},
	);
}
