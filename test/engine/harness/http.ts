import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { jsonParse } from 'n8n-workflow';

/** An answer with n8n's error body. */
export class HttpError extends Error {
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

/** What n8n itself answers to a webhook call. */
export interface Answer {
	status: number;
	body: unknown;
}

export const errorAnswer = (error: unknown): Answer =>
	error instanceof HttpError
		? { status: error.status, body: { code: error.status, message: error.message } }
		: { status: 500, body: { code: 0, message: 'There was a problem executing the workflow' } };

/** n8n's `N8N_PAYLOAD_SIZE_MAX`. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/** A call as a node's `webhook()` sees it. */
export interface Exchange {
	request: Request;
	response: Response;
}

const mediaType = (contentType: string | undefined) =>
	contentType?.split(';', 1)[0]?.trim().toLowerCase();

/** Lets requests through unread: n8n reads a body only once it knows whom it is for. */
export function leaveBodiesUnread(app: FastifyInstance): void {
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', (_request, _payload, done) => {
		done(null);
	});
}

/**
 * Takes a call over from fastify, with what of Express a `webhook()` may use. Nothing is sent unless
 * the response's methods are called.
 */
export function toExpress(request: FastifyRequest, reply: FastifyReply): Exchange {
	reply.hijack();
	const { raw, headers, originalUrl, query } = request;
	const [path] = originalUrl.split('?', 1);
	const contentType = mediaType(headers['content-type']);
	const get = (name: string) => headers[name.toLowerCase()];
	const parts = { body: undefined, query, params: {}, originalUrl, path, contentType, get };
	const expressRequest: IncomingMessage = Object.assign(raw, parts);
	return { request: expressRequest as Request, response: withExpressMethods(reply.raw) };
}

function withExpressMethods(raw: ServerResponse): Response {
	const sendAs = (contentType: string, body: string | Buffer) => {
		if (!raw.hasHeader('content-type')) raw.setHeader('content-type', contentType);
		raw.end(body);
		return raw;
	};
	const status = (code: number) => {
		raw.statusCode = code;
		return raw;
	};
	const json = (body: unknown) =>
		sendAs('application/json; charset=utf-8', JSON.stringify(body ?? null));
	const send = (body: unknown = '') => {
		if (Buffer.isBuffer(body)) return sendAs('application/octet-stream', body);
		return typeof body === 'string' ? sendAs('text/html; charset=utf-8', body) : json(body);
	};
	const sendStatus = (code: number) => {
		status(code);
		return send(STATUS_CODES[code]);
	};
	const set = (name: string, value: string) => raw.setHeader(name, value);
	const response: ServerResponse = Object.assign(raw, {
		status,
		json,
		send,
		sendStatus,
		set,
		header: set,
	});
	return response as Response;
}

/** Reads and parses the body as n8n does: JSON, form data and text; anything else stays unparsed. */
export async function readBody(request: Request): Promise<void> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > BODY_LIMIT_BYTES) throw new Error('request entity too large');
		chunks.push(chunk);
	}
	const rawBody = Buffer.concat(chunks);
	Object.assign(request, { rawBody });
	if (size)
		request.body = parseBody(rawBody.toString(), mediaType(request.headers['content-type']));
}

function parseBody(text: string, contentType: string | undefined): unknown {
	switch (contentType) {
		case 'application/json':
			try {
				return jsonParse(text);
			} catch {
				throw new HttpError(422, 'Failed to parse request body');
			}
		case 'application/x-www-form-urlencoded':
			return Object.fromEntries(new URLSearchParams(text));
		case 'text/plain':
			return text;
		default:
			return undefined;
	}
}

/** Sends n8n's own answer, where the node has not answered. */
export function sendAnswer(response: Response, { status, body }: Answer): void {
	if (!response.headersSent) response.status(status).send(body);
}
