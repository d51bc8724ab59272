import type { FastifyError, FastifyPluginCallback, FastifyRequest } from 'fastify';
import { ApiError, badRequest } from '../apiError';
import type { Emulator } from '../emulator';
import { randomHex } from '../random';
import { leaveBodiesUnread, mediaType, receiveUpload } from '../routes/upload';
import type { Parameters } from '../validate';
import { readFields, text } from '../validate';
import type { LtxEndpoint, LtxRule } from './endpoints';
import { ltxEndpoints, ltxRules } from './endpoints';
import type { LtxJob } from './jobs';
import type { UploadProblem } from './uploads';

const MODERATED = '[moderated]';
const REQUEST_ID_LENGTH = 32;

/** What each status is called. */
const errorTypes: Readonly<Record<number, string>> = {
	400: 'invalid_request_error',
	401: 'authentication_error',
	402: 'insufficient_funds_error',
	403: 'permission_error',
	404: 'not_found_error',
	422: 'content_filtered_error',
	429: 'rate_limit_error',
	500: 'api_error',
	503: 'service_unavailable_error',
	529: 'overloaded_error',
};

/** `/v2/…` and `/v1/upload` of Lightricks' LTX API. */
export const ltxRoutes =
	(emulator: Emulator): FastifyPluginCallback =>
	(scope, _options, done) => {
		const { ltx, random } = emulator;
		const { behaviour, jobs, uploads } = ltx;

		scope.addHook('onRequest', (_request, reply, next) => {
			void reply.header('x-request-id', randomHex(random, REQUEST_ID_LENGTH));
			next();
		});
		scope.addHook('preHandler', (request, _reply, next) => {
			const isKnown = request.headers.authorization === `Bearer ${behaviour.apiKey}`;
			if (!isKnown) next(new ApiError(401, 'Invalid API key'));
			else if (behaviour.outage !== false) next(new ApiError(behaviour.outage, 'Try again later'));
			else next();
		});
		scope.setErrorHandler<FastifyError>((error, _request, reply) => {
			const status = error instanceof ApiError ? error.status : (error.statusCode ?? 500);
			const headers = error instanceof ApiError ? error.headers : {};
			const type = errorTypes[status] ?? 'api_error';
			void reply.headers(headers).code(status);
			void reply.send({ type: 'error', error: { type, message: error.message } });
		});

		scope.post('/v1/upload', () => uploads.create());

		for (const endpoint of ltxEndpoints) {
			scope.post(`/v2/${endpoint}`, (request, reply) => {
				const job = submit(endpoint, request);
				const { id, createdAt } = job;
				return reply.code(202).send({ id, created_at: new Date(createdAt).toISOString() });
			});
			scope.get<{ Params: { id: string } }>(`/v2/${endpoint}/:id`, (request) => {
				const job = jobs.readable(endpoint, request.params.id);
				if (!job) throw new ApiError(404, 'Job not found');
				return jobs.view(job);
			});
		}
		done();

		function submit(endpoint: LtxEndpoint, request: FastifyRequest): LtxJob {
			const rule = ltxRules[endpoint];
			if (request.isMultipart()) throw badRequest('The body must be JSON');
			const parameters = readFields(request.body, rule.fields, false);
			checkMedia(rule, parameters);
			const problem = rule.problem?.(parameters, behaviour.mediaSeconds);
			if (problem !== undefined) throw badRequest(problem);
			if (behaviour.forbidden) throw new ApiError(403, 'Not available for this account');
			if (Object.values(parameters).some((value) => String(value).includes(MODERATED))) {
				throw new ApiError(422, 'Rejected by safety filters');
			}
			const price = rule.price(parameters, behaviour.mediaSeconds);
			if (behaviour.credits < price) throw new ApiError(402, 'Insufficient credits');
			if (jobs.underWay >= behaviour.queueLimit) throw queueIsFull();
			return jobs.submit(endpoint, parameters, price);
		}

		function checkMedia({ media }: LtxRule, parameters: Parameters): void {
			for (const [name, kind] of Object.entries(media)) {
				const uri = text(parameters, name);
				const problem = uri === undefined ? undefined : uploads.problemOfUri(uri, kind);
				if (problem !== undefined) throw badRequest(`${name} ${problem}`);
			}
		}

		function queueIsFull(): ApiError {
			const { retryAfter } = behaviour;
			const headers = { ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) };
			return new ApiError(429, 'Queue limit exceeded. Please try again later.', headers);
		}
	};

/** How the cloud storage refuses an upload. */
const refusals: Readonly<Record<UploadProblem, { status: number; code: string }>> = {
	expired: { status: 400, code: 'ExpiredToken' },
	invalid: { status: 403, code: 'SignatureDoesNotMatch' },
	headers: { status: 403, code: 'SignatureDoesNotMatch' },
	authorization: { status: 400, code: 'InvalidArgument' },
	exists: { status: 412, code: 'PreconditionFailed' },
	size: { status: 400, code: 'EntityTooLarge' },
};

interface UploadRequest {
	Params: { id: string };
	Querystring: Record<string, unknown>;
}

/** `/storage/ltx/uploads`: where files go that were given a place. */
export const ltxStorageRoutes =
	(emulator: Emulator): FastifyPluginCallback =>
	(scope, _options, done) => {
		const { uploads } = emulator.ltx;
		leaveBodiesUnread(scope);
		scope.put<UploadRequest>('/:id', async (request, reply) => {
			const { params, query, headers } = request;
			const refused = uploads.problemOf(params.id, query, headers);
			if (refused) return reply.code(refusals[refused].status).send(refusals[refused]);
			const { bytes } = await receiveUpload(emulator, request);
			const problem = uploads.store(params.id, mediaType(request), bytes);
			return problem
				? reply.code(refusals[problem].status).send(refusals[problem])
				: reply.code(200).send();
		});
		done();
	};
