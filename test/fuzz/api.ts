import fc from 'fast-check';
import { UnexpectedError, type IHttpRequestOptions } from 'n8n-workflow';
import { validateHeaderName, validateHeaderValue } from 'node:http';

import { createJobService } from '../../nodes/LtxStudio/service/jobService';
import { LTX_STUDIO_API } from '../../nodes/LtxStudio/service/texts';
import { connect } from '../../nodes/shared/api/client';
import type { ApiRequest } from '../../nodes/shared/api/request';
import { NO_ORDER } from '../../nodes/shared/jobs/service';
import { binarySource } from '../../nodes/shared/files/source';
import { pathSegment } from '../../nodes/shared/api/text';
import { BASE_URL, fakeWebhook, TOKEN, type World } from './fakeN8n';
import { almost, hostileJson, hostileText } from './hostile';
import { drawn, type Kind } from './kind';

const NO_RETRY = 0;
const JOB_ID = 'email:name@example.com-job:7a34b821-9fd0-205e-d21b-4abc6f7839e7-type:video';
const FOLDER = 'v1/ltxstudio/assets/';

async function client(world: World) {
	const { context, answer } = fakeWebhook({ body: {} }, { world });
	return { client: await connect(context, LTX_STUDIO_API, NO_RETRY), requests: answer.requests };
}

/** Throws for a request that leads out of a folder, or whose header does not end where it should. */
function checkRequest({ url, headers = {} }: IHttpRequestOptions, folder: string): string {
	const { href, search, hash } = new URL(url);
	if (!href.startsWith(folder) || search !== '' || hash !== '') {
		throw new UnexpectedError(`It would call ${url}`);
	}
	for (const [name, value] of Object.entries(headers as Record<string, string | number>)) {
		validateHeaderName(name);
		validateHeaderValue(name, String(value));
	}
	return href.slice(folder.length);
}

/** What stands in a path stays one step of it, and what stands in a header stays in it. */
const pathsAndHeaders: Kind = drawn(
	'paths and headers',
	fc.record({
		text: fc.oneof(hostileText, almost(JOB_ID), almost('name@example.com')).filter(Boolean),
		type: fc.oneof(hostileText, almost('image/png')),
	}),
	() => {
		let sent = 0;
		const send = async (request: ApiRequest): Promise<IHttpRequestOptions[]> => {
			const { client: api, requests } = await client(() => ({}));
			await api.send(request);
			sent += requests.length;
			return requests;
		};
		return {
			check: async ({ text, type }) => {
				const request: ApiRequest = { method: 'DELETE', path: `${FOLDER}${pathSegment(text)}` };
				for (const one of await send(request)) {
					const rest = checkRequest(one, `${BASE_URL}/${FOLDER}`);
					if (rest === '' || rest.includes('/'))
						throw new UnexpectedError(`It would call ${one.url}`);
				}
				// Even a path that nobody has made fit does not lead out of the API.
				for (const one of await send({ method: 'GET', path: text })) checkRequest(one, BASE_URL);
				for (const one of await sendFile(send, type)) checkRequest(one, `${BASE_URL}/${FOLDER}`);
			},
			more: () => ({ sent }),
		};
	},
);

type Send = (request: ApiRequest) => Promise<IHttpRequestOptions[]>;

/** Sends a file that somebody has given a type. */
async function sendFile(send: Send, type: string): Promise<IHttpRequestOptions[]> {
	const { context } = fakeWebhook({ body: {} });
	const binary = { data: Buffer.from('GIF89a').toString('base64'), mimeType: type };
	const file = binarySource(context as never, 0, binary, 'It', {
		limit: { bytes: 100, label: 'the limit' },
	});
	try {
		return await send({ method: 'POST', path: `${FOLDER}x`, file });
	} catch (error) {
		// A type that no header can carry is refused before anything is sent.
		if (error instanceof Error && error.message.includes('MIME type')) return [];
		throw error;
	}
}

const KEYS = [
	'jobId',
	'status',
	'type',
	'progress',
	'message',
	'artifact',
	'assetUrl',
	'expirationDateString',
	'asset',
	'fileId',
	'mimeType',
	'replyRef',
	'replyUrl',
	'code',
	'error',
	'items',
	'meta',
	'totalPages',
	'executing',
	'available',
	'email',
	'maxJobs',
	'token',
	'cookie',
	'name@example.com',
];

/** Whatever an API answers is understood or refused, and breaks nothing; what it should not tell is told to nobody. */
const answers: Kind = drawn(
	'hostile answers',
	fc.record({
		status: fc.constantFrom(
			200,
			200,
			200,
			201,
			204,
			301,
			400,
			401,
			402,
			404,
			410,
			422,
			429,
			500,
			503,
			596,
			999,
		),
		body: fc.oneof(
			{ weight: 4, arbitrary: hostileJson(...KEYS).map((json) => JSON.stringify(json)) },
			{ weight: 1, arbitrary: hostileText },
			{
				weight: 1,
				arbitrary: hostileJson(...KEYS).map((json) => JSON.stringify(json).slice(0, -1)),
			},
			{
				weight: 1,
				arbitrary: hostileText.map((text) => JSON.stringify({ error: `${text}${TOKEN}` })),
			},
		),
		headers: fc.record({
			'content-type': hostileText,
			'retry-after': fc.oneof(hostileText, fc.integer().map(String)),
		}),
	}),
	() => ({
		check: async (answer) => {
			const { client: api } = await client(() => ({ ...answer, statusCode: answer.status }));
			const service = createJobService(api);
			const seen: unknown[] = [];
			const read = await service.read(JOB_ID);
			if (read.ok) {
				for (const isSimplified of [true, false])
					seen.push(service.output(read.body, { ...NO_ORDER, isSimplified }));
			} else {
				seen.push(service.explain(read.failure), api.error(read.failure).message);
			}
			seen.push(await service.running(), await service.capacity());
			await service.search({
				accounts: ['name@example.com'],
				kinds: ['video'],
				deepest: 20,
				onJob: (report) => {
					seen.push(service.output(report, { ...NO_ORDER, isSimplified: true }));
					return false;
				},
			});
			if (JSON.stringify(seen).includes(TOKEN)) throw new UnexpectedError('The token came back');
		},
	}),
);

export const apis: Kind[] = [pathsAndHeaders, answers];
