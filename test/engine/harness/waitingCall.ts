import fastify from 'fastify';

import { errorAnswer, leaveBodiesUnread, sendAnswer, toExpress } from './http';
import type { WebhookOutcome, WebhookRequest } from './requests';
import type { WaitingVerdict, WaitingWebhooks } from './waiting';

/** Calls a waiting execution's webhook over HTTP, waits until its node is done, and resumes nothing. */
export async function callWaiting(
	waiting: WaitingWebhooks,
	executionId: string,
	{ method = 'POST', body, headers, query, suffix = '' }: WebhookRequest,
): Promise<WebhookOutcome> {
	const app = fastify({ forceCloseConnections: true });
	leaveBodiesUnread(app);
	let called: Promise<WaitingVerdict> | undefined;
	app.all('/', async (fastifyRequest, reply) => {
		const exchange = toExpress(fastifyRequest, reply);
		called = waiting.call(executionId, suffix, exchange);
		try {
			const { answer } = await called;
			if (answer) sendAnswer(exchange.response, answer);
		} catch (error) {
			sendAnswer(exchange.response, errorAnswer(error));
		}
	});
	const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
	url.search = new URLSearchParams(query).toString();
	const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
	const answer = await fetch(url, {
		method,
		headers: { ...(isJson && { 'content-type': 'application/json' }), ...headers },
		...(body !== undefined && { body: isJson ? JSON.stringify(body) : toBytes(body) }),
	});
	const response = {
		status: answer.status,
		headers: Object.fromEntries(answer.headers),
		body: await answer.text(),
	};
	const verdict = await called?.catch(() => undefined);
	await app.close();
	const { workflowData, error } = verdict ?? {};
	return {
		response,
		...(verdict && { verdict }),
		...(workflowData && { workflowData }),
		...(error && { error }),
	};
}

const toBytes = (body: string | Buffer) => (typeof body === 'string' ? body : new Uint8Array(body));
