import { randomUUID } from 'node:crypto';
import fc from 'fast-check';

import { hostileJson, hostileText } from './hostile';

/** A body as it goes over the wire. */
export interface WireBody {
	type: string | undefined;
	body: string | Buffer<ArrayBuffer>;
}

const KEYS = ['jobId', 'status', 'type', 'replyRef', 'replyUrl', 'artifact', 'assetUrl', 'ring'];

/** The ID of a job that nobody knows. */
export const inventedJobId = (): string => `email:name@example.com-job:${randomUUID()}-type:video`;

const json = hostileJson(...KEYS);

/** Callbacks that look right, but for what they prove. */
const callback = fc.record(
	{
		jobId: fc.oneof(
			fc.uuid().map((uuid) => `email:a@b.de-job:${uuid}-type:video`),
			hostileText,
		),
		status: fc.oneof(
			fc.constant({ type: 'completed', artifact: { assetUrl: 'https://a.b/c' } }),
			json,
		),
		replyRef: fc.oneof(hostileText, json),
		ring: hostileText,
	},
	{ requiredKeys: ['jobId', 'status'] },
);

const fields = (value: object): Array<[string, string]> =>
	Object.entries(value).map(([key, one]) => [
		key,
		typeof one === 'string' ? one : JSON.stringify(one),
	]);

const wellFormed = (text: string) => Buffer.from(text).toString();

const urlencoded = (value: object): string =>
	fields(value)
		.map(([key, text]) => `${key}=${encodeURIComponent(wellFormed(text))}&status[type]=completed`)
		.join('&');

function multipart(value: object): WireBody {
	const boundary = 'x-boundary';
	const parts = fields(value).map(
		([key, text]) =>
			`--${boundary}\r\ncontent-disposition: form-data; name="${key}"\r\n\r\n${text}\r\n`,
	);
	return {
		type: `multipart/form-data; boundary=${boundary}`,
		body: `${parts.join('')}--${boundary}--\r\n`,
	};
}

const xml = (value: object): string =>
	`<root>${fields(value)
		.map(([key, text]) => `<${key}><![CDATA[${text.replaceAll(']]>', '')}]]></${key}>`)
		.join('')}<status><type>completed</type></status></root>`;

/** All that n8n parses in a way of its own, and what it does not parse. */
export const wireBodies: fc.Arbitrary<WireBody> = fc.oneof(
	fc
		.oneof(callback, json)
		.map((value) => ({ type: 'application/json', body: JSON.stringify(value) })),
	callback.map((value) => ({ type: 'application/x-www-form-urlencoded', body: urlencoded(value) })),
	callback.map(multipart),
	callback.map((value) => ({ type: 'application/xml', body: xml(value) })),
	callback.map((value) => ({ type: 'text/xml', body: xml(value) })),
	callback.map((value) => ({ type: 'text/plain', body: JSON.stringify(value) })),
	callback.map((value) => ({ type: undefined, body: JSON.stringify(value) })),
	hostileText.map((text) => ({ type: 'application/json', body: text })),
	fc
		.uint8Array({ maxLength: 300 })
		.map((bytes) => ({ type: 'application/octet-stream', body: Buffer.from(bytes) })),
);

/** Queries, nested as n8n's parser takes them. */
export const wireQueries: fc.Arbitrary<string> = fc.oneof(
	fc.constant(''),
	fc
		.array(
			fc.tuple(
				fc.constantFrom(
					'resume',
					'resume[]',
					'resume[a][b]',
					'secret',
					'secret[0]',
					'__proto__[x]',
					'signature',
				),
				hostileText.map((text) => encodeURIComponent(wellFormed(text.slice(0, 200)))),
			),
			{ minLength: 1, maxLength: 4 },
		)
		.map((pairs) => `?${pairs.map(([key, value]) => `${key}=${value}`).join('&')}`),
);

const MEGABYTE = 1024 * 1024;
const SIZE = 15 * MEGABYTE;

/** The largest that n8n takes, each of a shape that somebody might get lost in. */
export const hugeBodies: ReadonlyArray<readonly [string, WireBody]> = [
	['a job ID', JSON.stringify({ jobId: '@'.repeat(SIZE), status: {} })],
	[
		'a reference',
		JSON.stringify({ jobId: inventedJobId(), status: {}, replyRef: '.'.repeat(SIZE) }),
	],
	['a ring', JSON.stringify({ ring: 'n'.repeat(SIZE) })],
	['a list', `[${'0,'.repeat(SIZE / 2)}0]`],
	['many keys', `{${Array.from({ length: SIZE / 20 }, (_, n) => `"key${n}":0`).join(',')}}`],
].map(([name = '', body = '']) => [name, { type: 'application/json', body }] as const);
