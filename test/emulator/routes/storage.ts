import { Readable } from 'node:stream';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { Emulator } from '../emulator';
import type { RequestFault } from '../faults';
import type { MediaFile } from '../media';
import { render } from '../media';
import type { SignatureProblem } from '../signedUrls';

const CHUNK_BYTES = 256 * 1024;

/** What the cloud storage says of a URL that does not work. */
const problems: Readonly<Record<SignatureProblem, string>> = {
	expired: errorPage('ExpiredToken', 'The provided token has expired.'),
	invalid: errorPage('SignatureDoesNotMatch', 'The signature that was given is not the right one.'),
};

function errorPage(code: string, message: string): string {
	return (
		`<?xml version='1.0' encoding='UTF-8'?>` +
		`<Error><Code>${code}</Code><Message>${message}</Message></Error>`
	);
}

/** `/storage`: the files, behind signed URLs that expire. */
export const storageRoutes =
	(emulator: Emulator): FastifyPluginCallback =>
	(scope, _options, done) => {
		scope.get<{ Querystring: Record<string, unknown> }>('/*', (request, reply) => {
			const { path } = request.emulation.entry;
			const isPublic = path.startsWith('/storage/luma/');
			const problem = isPublic ? undefined : emulator.signedUrls.check(path, request.query);
			if (problem) {
				return reply.code(403).type('application/xml; charset=UTF-8').send(problems[problem]);
			}
			const file = emulator.media.get(path);
			if (!file) {
				const page = errorPage('NoSuchKey', 'The specified key does not exist.');
				return reply.code(404).type('application/xml; charset=UTF-8').send(page);
			}
			return serve(emulator, request, reply, file);
		});
		done();
	};

function serve(
	{ behaviour }: Emulator,
	request: FastifyRequest,
	reply: FastifyReply,
	file: MediaFile,
): FastifyReply {
	const { faults } = request.emulation;
	const wrongType = faults.find((fault) => fault.kind === 'wrongType');
	if (wrongType) return reply.type(wrongType.mimeType).send('This is not what was asked for.');

	const content = render(file);
	void reply.type(file.mimeType);
	const has = (kind: RequestFault['kind']) => faults.some((fault) => fault.kind === kind);
	if (has('neverEnding')) return reply.send(repeat(content, Infinity));

	const isThumbnail = request.emulation.entry.path.startsWith('/storage/images/');
	const bytes = (isThumbnail ? undefined : behaviour.artifactBytes) ?? content.length;
	void reply.header('content-length', bytes);
	if (has('shortBody')) return reply.send(breakingOff(content, Math.floor(bytes / 2)));
	return reply.send(bytes === content.length ? content : repeat(content, bytes));
}

/** A stream of `bytes` that begins with `content`, so that its type can still be told from it. */
function repeat(content: Buffer, bytes: number): Readable {
	const copies = Math.ceil(CHUNK_BYTES / content.length);
	const chunk = Buffer.alloc(copies * content.length, content);
	let left = bytes;
	return new Readable({
		highWaterMark: CHUNK_BYTES,
		read() {
			if (left === 0) {
				this.push(null);
				return;
			}
			const part = left >= chunk.length ? chunk : chunk.subarray(0, left);
			left -= part.length;
			this.push(part);
		},
	});
}

/** The first `bytes` of a file, and then the end of the connection. */
function breakingOff(content: Buffer, bytes: number): Readable {
	const whole = repeat(content, bytes);
	return Readable.from(
		(async function* () {
			yield* whole;
			// Lets the bytes go out before the connection is cut.
			await new Promise((resolve) => setImmediate(resolve));
			throw new Error('The storage broke off');
		})(),
		{ objectMode: false },
	);
}
