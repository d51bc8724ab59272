import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ensureError } from 'n8n-workflow';

import type { Engine } from './engine';
import {
	errorAnswer,
	leaveBodiesUnread,
	sendAnswer,
	toExpress,
	type Answer,
	type Exchange,
} from './http';
import type { StartedExecution } from './runner';

interface Route {
	Params: { executionId: string; suffix?: string; '*': string };
}

/** What is to be answered, if it is not the node that answers, and what is to be run. */
interface Reaction {
	answer?: Answer;
	run?: () => StartedExecution;
}

/** The webhook endpoints of an n8n, on a port of their own. */
export interface WebhookServer {
	/** With a slash at its end. */
	url: string;
	close(): Promise<void>;
}

/**
 * Serves `/webhook-waiting/…` and `/webhook/…` of an engine as n8n 2.8.4 does: a call reaches a
 * node's `webhook()`, and what that returns starts or resumes an execution. The engine's URLs point
 * to the server from then on.
 *
 * @param port 0 takes a free one
 */
export async function startWebhookServer(engine: Engine, port = 0): Promise<WebhookServer> {
	const app = fastify({ forceCloseConnections: true });
	leaveBodiesUnread(app);
	routeWaiting(app, engine);
	routeTriggers(app, engine);
	const url = `${await app.listen({ host: '127.0.0.1', port })}/`;
	engine.baseUrl = url;
	return { url, close: () => app.close() };
}

function routeWaiting(app: FastifyInstance, engine: Engine): void {
	const handle = async (request: FastifyRequest<Route>, reply: FastifyReply) => {
		const { executionId, suffix = '' } = request.params;
		await react(engine, request, reply, async (exchange) => {
			const verdict = await engine.waiting.call(executionId, suffix, exchange);
			const { answer, workflowData } = verdict;
			return {
				...(answer && { answer }),
				...(workflowData && { run: () => engine.waiting.resume(verdict, workflowData) }),
			};
		});
	};
	app.all('/webhook-waiting/:executionId', handle);
	app.all('/webhook-waiting/:executionId/:suffix', handle);
}

function routeTriggers(app: FastifyInstance, engine: Engine): void {
	app.all('/webhook/*', async (request: FastifyRequest<Route>, reply) => {
		await react(engine, request, reply, async (exchange) => {
			const path = request.params['*'].replace(/\/$/, '');
			const verdict = await engine.triggers.call(path, exchange);
			const { answer, start: run } = verdict;
			return { ...(answer && { answer }), ...(run && { run }) };
		});
	});
}

async function react(
	engine: Engine,
	fastifyRequest: FastifyRequest<Route>,
	reply: FastifyReply,
	decide: (exchange: Exchange) => Promise<Reaction>,
): Promise<void> {
	const exchange = toExpress(fastifyRequest, reply);
	try {
		const { answer, run } = await decide(exchange);
		run?.();
		if (answer) sendAnswer(exchange.response, answer);
	} catch (error) {
		engine.log.lines.push({
			level: 'error',
			message: `Error in handling webhook request ${fastifyRequest.method} ${fastifyRequest.url}: ${ensureError(error).message}`,
			metadata: '',
		});
		sendAnswer(exchange.response, errorAnswer(error));
	}
}
