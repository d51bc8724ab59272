import {
	NodeApiError,
	NodeOperationError,
	type IBinaryData,
	type IExecuteFunctions,
	type IN8nHttpFullResponse,
	type IWebhookFunctions,
} from 'n8n-workflow';

import type { ApiClient } from '../api/client';
import { explainNetwork } from '../api/explain';
import { parseRetryAfter, toThrownFailure, type Failure } from '../api/failure';
import { isReachable } from '../api/privateHost';
import {
	costOfTry,
	FOREIGN_BUDGET_MS,
	patienceFor,
	RETRY_BUDGET_MS,
	retryDelay,
} from '../api/retryPolicy';
import { placeOf, printable, shortPlaceOf } from '../api/text';
import { inWords, startTimeLimit, type TimeLimit } from '../api/timeLimit';
import { clock, pause } from '../n8n/clock';
import { itemLabel } from '../n8n/items';
import { textOf } from '../values';
import { sentences } from '../words';
import { nameInUrl, splitName, toFileName } from './fileName';
import { firstBytes, type FileStream } from './firstBytes';
import {
	extensionOf,
	isLikeText,
	isWebPage,
	statedType,
	textType,
	typeOfContent,
	typeOfName,
} from './mimeType';
import { requestFile } from './requestFile';

export interface Download {
	url: string;
	/** What the file is called after: a prompt, or the name in its URL. */
	title: string;
	/** What tells it from others of the same title. */
	unique: string;
	mimeType: string | null;
	/** What it probably is, where its server does not say so. */
	probableType?: string | undefined;
	/** The extension to give it where its type has none; that in its URL if left out. */
	extension?: string | undefined;
	/** Asks for a fresh URL once the signed one has expired. */
	refresh: (() => Promise<string | undefined>) | undefined;
	/** What is known of the file, for errors: its job. */
	subject: string;
	/** What to do where it cannot be had. */
	advice: string | undefined;
	item: number;
}

type FileContext = IExecuteFunctions | IWebhookFunctions;

/** A download under way. */
interface Call {
	context: FileContext;
	client: ApiClient;
	file: Download;
	/** Where the file is, as far as is known by now. */
	url: string;
	/** Undefined once it was made use of. */
	refresh: Download['refresh'];
}

/** A store answers so for a signed URL that is no longer good. */
const EXPIRED = new Set([400, 401, 403, 404, 410]);
const TIMEOUT_MS = 60 * 60 * 1000;
/** In bytes. The longest videos have some hundred MB. */
const LARGEST_FILE = 5_000_000_000;
const LARGEST_FILE_NAME = '5000 MB, the largest file that is downloaded';
/** How many bytes show a web page. */
const START_BYTES = 512;

/** A try has not given the file. */
class Setback extends Error {
	/** @param patience for how long it may be tried again, in milliseconds */
	constructor(
		message: string,
		readonly patience: number,
		readonly failure: Partial<Failure> = {},
	) {
		super(message);
	}
}

/** What n8n's own store has not taken, it does not take at once either: only a fault on the way may pass. */
function toSetback(error: unknown, patience = 0): Setback {
	if (error instanceof Setback) return error;
	const reason = error instanceof Error ? printable(error.message) : 'unknown';
	return new Setback(`The download broke off: ${reason}`, patience);
}

function setBack(...why: ConstructorParameters<typeof Setback>): never {
	throw new Setback(...why);
}

/**
 * Streams a file to n8n's binary store, from its beginning again where that may help.
 *
 * @throws {NodeOperationError} when the URL may not be used
 * @throws {NodeApiError} when the file cannot be had whole
 */
export async function download(
	context: FileContext,
	client: ApiClient,
	file: Download,
): Promise<IBinaryData> {
	const call: Call = { context, client, file, url: file.url, refresh: file.refresh };
	let spent = 0;
	for (let attempt = 1; ; attempt++) {
		const startedAt = clock.now();
		const outcome = await tryOnce(call);
		if (outcome instanceof NodeOperationError) throw outcome;
		if (!(outcome instanceof Setback)) return outcome;
		const { failure, patience } = outcome;
		const delay = retryDelay(attempt, failure.retryAfter);
		spent += costOfTry(failure, delay, clock.now() - startedAt);
		const isOver = spent > patience;
		if (!isOver) await pause(delay, client.signal);
		if (isOver || client.signal?.aborted) throw toError(call, outcome);
	}
}

async function tryOnce(call: Call): Promise<IBinaryData | Setback | NodeOperationError> {
	const limit = startTimeLimit(TIMEOUT_MS, call.client.signal);
	try {
		return await store(call, await openFresh(call, limit));
	} catch (error) {
		if (limit.isOver()) return new Setback(TOO_SLOW, 0);
		return error instanceof NodeOperationError ? error : toSetback(error);
	} finally {
		limit.lift();
	}
}

const TOO_SLOW = `The download was not finished within ${inWords(TIMEOUT_MS)}`;

/** Opens the file, at a fresh URL if the one that is known has expired. */
async function openFresh(call: Call, limit: TimeLimit): Promise<IN8nHttpFullResponse> {
	const response = await openUrl(call, limit);
	const { statusCode: status, headers } = response;
	if (status === 200) return response;
	discard(response.body);
	const { refresh } = call;
	if (EXPIRED.has(status) && refresh) {
		call.refresh = undefined;
		const fresh = await refresh();
		if (fresh !== undefined) {
			call.url = fresh;
			return await openFresh(call, limit);
		}
	}
	const retryAfter = parseRetryAfter(headers['retry-after'], clock.now());
	const failure: Failure = {
		status,
		detail: describeStatus(status),
		effect: 'none',
		...(retryAfter === undefined ? {} : { retryAfter }),
	};
	throw new Setback(failure.detail, patienceFor(failure), failure);
}

async function openUrl(
	{ context, client, file, url: address }: Call,
	limit: TimeLimit,
): Promise<IN8nHttpFullResponse> {
	const url = URL.canParse(address) ? new URL(address) : undefined;
	const isSecure = url?.protocol === 'https:' || url?.origin === client.baseUrl.origin;
	if (!url || !isSecure || !isReachable(url, client.baseUrl)) {
		const shown = url ? `${url.protocol}//${shortPlaceOf(url)}` : printable(placeOf(address), 80);
		const rule = isSecure ? 'leads to a private network' : 'must start with https://';
		throw new NodeOperationError(context.getNode(), 'The URL of the file cannot be used', {
			description: `${itemLabel(file.item)}: "${shown}" ${rule}. ${file.subject}`,
			itemIndex: file.item,
		});
	}
	try {
		return await requestFile(context, url, limit);
	} catch (error) {
		const failure = toThrownFailure(error);
		const { message } = explainNetwork(failure, url.host);
		return setBack(message, patienceFor(failure), failure);
	}
}

async function store(
	{ context, file }: Call,
	{ body, headers }: IN8nHttpFullResponse,
): Promise<IBinaryData> {
	const stream = body as FileStream;
	let fault: Error | undefined;
	stream.on('error', (error) => (fault ??= error));
	breakOffBeyond(stream, LARGEST_FILE);
	try {
		const start = await firstBytes(stream, START_BYTES);
		// Whoever begins to read now would wait for ever.
		if (fault) throw fault;
		const header = textOf(headers['content-type']);
		checkContent(file, header, start);
		const type = typeOf(file, header, start);
		const binary = await context.helpers.prepareBinaryData(stream, nameOf(file, type), type);
		checkLength(binary, headers['content-length']);
		return binary;
	} catch (thrown) {
		discard(body);
		const { message, patience } = toSetback(fault ?? thrown, fault ? RETRY_BUDGET_MS : 0);
		return setBack(message, patience);
	}
}

function typeOf(file: Download, header: string | undefined, start: Buffer): string {
	return (
		statedType(file.mimeType) ??
		statedType(header) ??
		statedType(file.probableType) ??
		typeOfName(nameInUrl(file.url)) ??
		typeOfContent(start) ??
		textType(header) ??
		'application/octet-stream'
	);
}

function nameOf({ title, unique, url, extension }: Download, type: string): string {
	const otherwise = extension ?? splitName(nameInUrl(url)).extension;
	return toFileName(title, unique, extensionOf(type) ?? otherwise);
}

/** Whoever is in the place of a store for a moment, such as a gateway, has no file. */
function checkContent(file: Download, header: string | undefined, start: Buffer): void {
	if (start.length === 0) throw new Setback('The download is empty', FOREIGN_BUDGET_MS);
	if (textType(file.mimeType ?? file.probableType) !== undefined) return;
	const isText = NEVER_TEXT.test(typeOf(file, undefined, start)) && isLikeText(start, header);
	const found = isWebPage(start, header) ? 'a web page' : isText && 'text';
	if (found) throw new Setback(`The store sent ${found} instead of the file`, FOREIGN_BUDGET_MS);
}

const NEVER_TEXT = /^(image\/(?!svg)|video\/|audio\/|application\/zip$)/;

function checkLength({ bytes }: IBinaryData, header: unknown): void {
	const expected = Number(header ?? bytes);
	if (typeof bytes === 'number' && bytes !== expected) {
		// Whoever announces too little does so each time.
		throw bytes < expected
			? new Setback(`The download broke off after ${bytes} of ${expected} bytes`, RETRY_BUDGET_MS)
			: new Setback(`The file has ${bytes} bytes, and ${expected} were announced`, 0);
	}
}

/** Counts what comes in, not what is read: in whatever way n8n stores a file, it reads in another one. */
function breakOffBeyond(stream: FileStream, largest: number): void {
	const push = stream.push.bind(stream);
	let size = 0;
	stream.push = (chunk: Uint8Array | null, encoding) => {
		size += chunk?.length ?? 0;
		if (size <= largest) return push(chunk, encoding);
		stream.destroy(new Setback(`The download broke off: it has more than ${LARGEST_FILE_NAME}`, 0));
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

function toError({ context, file }: Call, { message, failure: { status } }: Setback): NodeApiError {
	const { item, subject, advice } = file;
	return new NodeApiError(
		context.getNode(),
		{ message },
		{
			message,
			description: sentences(`${itemLabel(item)}:`, subject, advice),
			itemIndex: item,
			...(status === undefined ? {} : { httpCode: String(status) }),
		},
	);
}
