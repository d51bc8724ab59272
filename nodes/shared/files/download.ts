import {
	NodeApiError,
	NodeOperationError,
	type BinaryHelperFunctions,
	type IBinaryData,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type IN8nHttpFullResponse,
	type IWebhookFunctions,
} from 'n8n-workflow';

import type { ApiClient } from '../api/client';
import { explainNetwork } from '../api/explain';
import { isReachable } from '../api/privateHost';
import { inWords, startTimeLimit, type TimeLimit } from '../api/timeLimit';
import { toThrownFailure } from '../api/failure';
import { itemLabel } from '../n8n/items';
import { extensionOf, statedType } from './mimeType';
import { toFileName } from './fileName';
import { PLAIN } from './plain';
import { printable } from '../api/text';

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
type FileStream = Awaited<ReturnType<BinaryHelperFunctions['getBinaryStream']>>;

/** A store answers so for a signed URL that is no longer good. */
const EXPIRED = new Set([400, 401, 403, 404, 410]);
const TIMEOUT_MS = 60 * 60 * 1000;
/** In bytes. The longest videos have some hundred MB. */
const LARGEST_FILE = 5_000_000_000;
const LARGEST_FILE_NAME = '5000 MB, the largest file that is downloaded';

/**
 * Streams a file to n8n's binary store.
 *
 * @throws {NodeOperationError} when the URL may not be used
 * @throws {NodeApiError} when the file cannot be had whole
 */
export async function download(
	context: FileContext,
	client: ApiClient,
	file: Download,
): Promise<IBinaryData> {
	const limit = startTimeLimit(TIMEOUT_MS, client.signal);
	try {
		let response = await openUrl(context, client, file, file.url, limit);
		if (EXPIRED.has(response.statusCode) && file.refresh) {
			discard(response.body);
			const url = await file.refresh();
			if (url !== undefined) response = await openUrl(context, client, file, url, limit);
		}
		if (response.statusCode !== 200) {
			discard(response.body);
			throw failure(
				context,
				client,
				file,
				describeStatus(response.statusCode),
				response.statusCode,
			);
		}
		return await store(context, client, file, response, limit);
	} finally {
		limit.lift();
	}
}

async function openUrl(
	context: FileContext,
	client: ApiClient,
	file: Download,
	address: string,
	limit: TimeLimit,
): Promise<IN8nHttpFullResponse> {
	const url = URL.canParse(address) ? new URL(address) : undefined;
	const isSecure = url?.protocol === 'https:' || url?.origin === client.baseUrl.origin;
	if (!url || !isSecure || !isReachable(url, client.baseUrl)) {
		const rule = isSecure ? 'leads to a private network' : 'must start with https://';
		throw new NodeOperationError(context.getNode(), 'The URL of the file cannot be used', {
			description: `${itemLabel(file.item)}: "${printable(address, 80)}" ${rule}. ${file.subject}`,
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
		timeout: 0,
		abortSignal: limit.signal,
	};
	try {
		return (await context.helpers.httpRequest(request)) as IN8nHttpFullResponse;
	} catch (error) {
		const reason = limit.isOver()
			? TOO_SLOW
			: explainNetwork(toThrownFailure(error), url.host).message;
		throw failure(context, client, file, reason);
	}
}

const TOO_SLOW = `The download was not finished within ${inWords(TIMEOUT_MS)}`;

async function store(
	context: FileContext,
	client: ApiClient,
	file: Download,
	{ body, headers }: IN8nHttpFullResponse,
	limit: TimeLimit,
): Promise<IBinaryData> {
	const header = headers['content-type'];
	const type =
		statedType(file.mimeType) ??
		statedType(typeof header === 'string' ? header : undefined) ??
		'application/octet-stream';
	const name = toFileName(file.title, file.unique, extensionOf(type));
	const stream = body as FileStream;
	breakOffBeyond(stream, LARGEST_FILE);
	let binary: IBinaryData;
	try {
		binary = await context.helpers.prepareBinaryData(stream, name, type);
	} catch (error) {
		discard(body);
		const reason = error instanceof Error ? printable(error.message) : 'unknown';
		const message = limit.isOver() ? TOO_SLOW : `The download broke off: ${reason}`;
		throw failure(context, client, file, message);
	}
	const expected = Number(headers['content-length'] ?? binary.bytes);
	if (binary.bytes !== undefined && binary.bytes !== expected) {
		throw failure(
			context,
			client,
			file,
			`The download broke off after ${binary.bytes} of ${expected} bytes`,
		);
	}
	return binary;
}

/** Counts what comes in, not what is read: in whatever way n8n stores a file, it reads in another one. */
function breakOffBeyond(stream: FileStream, largest: number): void {
	const push = stream.push.bind(stream);
	let size = 0;
	stream.push = (chunk: Uint8Array | null, encoding) => {
		size += chunk?.length ?? 0;
		if (size <= largest) return push(chunk, encoding);
		stream.destroy(new Error(`it has more than ${LARGEST_FILE_NAME}`));
		return false;
	};
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
	{ api }: ApiClient,
	{ item, subject }: Download,
	message: string,
	status?: number,
): NodeApiError {
	return new NodeApiError(
		context.getNode(),
		{ message },
		{
			message,
			description: [`${itemLabel(item)}:`, subject, api.otherWayToFile].filter(Boolean).join(' '),
			itemIndex: item,
			...(status === undefined ? {} : { httpCode: String(status) }),
		},
	);
}
