import {
	BINARY_ENCODING,
	type IBinaryData,
	type IExecuteFunctions,
	type IN8nHttpFullResponse,
} from 'n8n-workflow';

import { isReachable } from '../api/privateHost';
import { isTransient } from '../api/retryPolicy';
import type { TimeLimit } from '../api/timeLimit';
import type { FileStream } from './firstBytes';
import { FIRST_BYTES } from './mimeType';
import { openBuffer, openStream, type FileRules, type OpenFile } from './openFile';
import { requestFile } from './requestFile';
import { AwayError, toSourceError, UnfitError } from './sourceError';

/** A file that can be opened, and opened again for another try. */
export interface FileSource {
	/** What it is called in errors. */
	label: string;
	/**
	 * @param limit goes for opening and sending, and is stopped when the source is not what it should be
	 * @param baseUrl of the API that the file is sent to
	 */
	open(limit: TimeLimit, baseUrl: URL): Promise<OpenFile>;
}

/** A file that n8n keeps: what it is like can be known before anything is sent. */
export interface StoredFile extends FileSource {
	/**
	 * Looks at its size and its first bytes.
	 * @throws {NodeOperationError} as `open()` would
	 */
	inspect(): Promise<void>;
}

/** Read at once. With smaller chunks V8 soon clears up all the time, which in n8n's large heap takes longer than to send them. */
const CHUNK_BYTES = 4 * 1024 * 1024;
const MOST_REDIRECTS = 5;

/** A file of n8n's binary data: a stream from the binary store, or the buffer itself in memory mode. */
export function binarySource(
	context: IExecuteFunctions,
	item: number,
	binary: IBinaryData,
	label: string,
	rules: FileRules,
): StoredFile {
	const metadata = { name: binary.fileName, type: binary.mimeType };
	const open = async (chunkBytes: number, stop: () => void) =>
		await guard(context, item, label, async () => {
			if (binary.id === undefined) {
				return openBuffer(Buffer.from(binary.data, BINARY_ENCODING), metadata, rules);
			}
			const { fileSize } = await context.helpers.getBinaryMetadata(binary.id);
			const chunk = Math.min(chunkBytes, fileSize);
			const stream = await context.helpers.getBinaryStream(binary.id, chunk);
			return await openStream(stream, fileSize, metadata, rules, stop);
		});
	return {
		label,
		open: async ({ stop }) => await open(CHUNK_BYTES, stop),
		inspect: async () => {
			const file = await open(FIRST_BYTES, () => undefined);
			file.close();
		},
	};
}

/** A file at a URL: passed on as it comes in, never stored. */
export function urlSource(
	context: IExecuteFunctions,
	item: number,
	url: URL,
	label: string,
	rules: FileRules,
): FileSource {
	return {
		label,
		open: async (limit, baseUrl) =>
			await guard(context, item, label, async () => {
				const { body, headers } = await follow(context, url, baseUrl, limit);
				const { 'content-length': length, 'content-type': type } = headers;
				const metadata = {
					name: url.pathname,
					type: typeof type === 'string' ? type : undefined,
				};
				return await openStream(body as FileStream, toSize(length), metadata, rules, limit.stop);
			}),
	};
}

/** @returns a length that makes sense, or undefined */
function toSize(length: unknown): number | undefined {
	const size = typeof length === 'string' && /^\d+$/.test(length) ? Number(length) : NaN;
	return Number.isSafeInteger(size) ? size : undefined;
}

/** Opens a URL. Redirects are followed one by one, because each may lead to where nothing must be read. */
async function follow(
	context: IExecuteFunctions,
	start: URL,
	baseUrl: URL,
	limit: TimeLimit,
): Promise<IN8nHttpFullResponse> {
	let url = start;
	for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
		if (!isReachable(url, baseUrl)) {
			throw new UnfitError(
				`${url.host} is an address of a private network. Read the file with an HTTP Request node, and choose "File of the Item" as Source`,
			);
		}
		const response = await requestFile(context, url, limit);
		const { statusCode: status, headers, body } = response;
		if (status === 200) return response;
		(body as FileStream).destroy();
		const { location } = headers;
		if (!REDIRECTS.has(status) || typeof location !== 'string') {
			const reason = `its server answered ${status}`;
			const isPassing = isTransient({ status, detail: reason, effect: 'none' });
			throw isPassing ? new AwayError(reason) : new UnfitError(reason);
		}
		const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
		if (next?.protocol !== 'https:' && next?.protocol !== 'http:') {
			throw new UnfitError('its server redirects to what is no web address');
		}
		url = next;
	}
	throw new UnfitError(`its server redirects more than ${MOST_REDIRECTS} times`);
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

async function guard(
	context: IExecuteFunctions,
	item: number,
	label: string,
	open: () => Promise<OpenFile>,
): Promise<OpenFile> {
	try {
		return await open();
	} catch (error) {
		throw toSourceError(context, item, label, error);
	}
}
