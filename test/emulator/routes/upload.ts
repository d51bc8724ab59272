import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Emulator } from '../emulator';
import type { Received } from '../sink';
import { receive } from '../sink';

/** Content of pictures up to this size is kept, so that it can be shown again. */
const KEPT_PICTURE_BYTES = 1024 * 1024;

/** Leaves the bodies of a scope's requests alone, whatever their type, for `receiveUpload`. */
export function leaveBodiesUnread(scope: FastifyInstance): void {
	scope.removeAllContentTypeParsers();
	scope.addContentTypeParser('*', (_request, _payload, done) => {
		done(null);
	});
}

/** The media type of a request without its parameters; empty when there is none. */
export const mediaType = ({ headers }: FastifyRequest) =>
	(headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

/** Reads a request's body to its end, and notes in the log how much came. */
export async function receiveUpload(
	emulator: Emulator,
	request: FastifyRequest,
): Promise<Received> {
	const { entry } = request.emulation;
	entry.bytes = 0;
	const received = await receive(request.raw, {
		keepUpTo: mediaType(request).startsWith('image/') ? KEPT_PICTURE_BYTES : 0,
		hashes: emulator.behaviour.hashUploads,
		onBytes: (bytes) => {
			entry.bytes = bytes;
		},
	});
	emulator.uploads.push({ time: entry.time, path: entry.path, ...withoutContent(received) });
	return received;
}

const withoutContent = ({ bytes, sha256 }: Received) => ({ bytes, sha256 });
