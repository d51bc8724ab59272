import type { FastifyPluginCallback } from 'fastify';
import type { AccountSeed } from '../accounts';
import { badRequest } from '../apiError';
import { isAdjustable } from '../clock';
import type { Emulator } from '../emulator';
import type { FaultRule } from '../faults';
import { requireLoopback } from '../guard';
import type { Behaviour } from '../options';
import { defaultBehaviour } from '../options';
import { stateOf } from '../state';

interface FaultBody extends Omit<FaultRule, 'match'> {
	match?: { method?: string; path?: string; pathPattern?: string; nth?: number; times?: number };
}

type OptionsBody = Partial<Record<keyof Behaviour, unknown>>;

interface OccupyBody {
	email: string;
	slots: number;
	durationMs?: number;
}

interface WithJobId {
	Params: { jobId: string };
	Body: { message?: string; code?: number } | undefined;
}

/** `/_emulator`: what tests in another process steer and look at the emulator with. */
export const controlRoutes =
	(emulator: Emulator): FastifyPluginCallback =>
	(scope, _options, done) => {
		const { accounts, behaviour, callbacks, clock, faults, jobs, jobViews, ledger, requests } =
			emulator;
		scope.addHook('onRequest', requireLoopback);

		scope.get('/state', () => stateOf(emulator));
		scope.get('/ledger', () => ({ entries: ledger.entries, total: ledger.total }));
		scope.get('/requests', () => requests.map(withoutCookie));
		scope.get('/jobs', () => jobs.all);
		scope.get('/callbacks', () => callbacks);

		scope.post<{ Body: FaultBody }>('/faults', (request, reply) => {
			faults.add(readRule(request.body));
			return reply.code(204).send();
		});
		scope.delete('/faults', (_request, reply) => {
			faults.clear();
			return reply.code(204).send();
		});

		scope.post<{ Body: { ms: number } }>('/clock/advance', async (request) => {
			if (!isAdjustable(clock)) throw badRequest('This clock cannot be put forward');
			await clock.advance(request.body.ms);
			return { now: clock.now() };
		});

		scope.post<WithJobId>('/jobs/:jobId/finish', (request) => {
			requireActive(request.params.jobId);
			return jobViews.view(jobs.finish(request.params.jobId));
		});
		scope.post<WithJobId>('/jobs/:jobId/fail', (request) => {
			requireActive(request.params.jobId);
			const { message, code } = request.body ?? {};
			return jobViews.view(jobs.fail(request.params.jobId, message, code));
		});

		scope.post<{ Body: AccountSeed }>('/accounts', (request, reply) => {
			const { email, ...changes } = request.body;
			if (accounts.get(email)) accounts.edit(email, changes);
			else accounts.add(request.body);
			return reply.code(204).send();
		});

		scope.post<{ Body: { token: string } }>('/token', (request, reply) => {
			emulator.token = request.body.token;
			return reply.code(204).send();
		});

		scope.post<{ Body: OccupyBody }>('/occupy', (request, reply) => {
			const { email, slots, durationMs } = request.body;
			emulator.occupy(email, slots, durationMs === undefined ? {} : { durationMs });
			return reply.code(204).send();
		});

		// null stands for the default.
		scope.post<{ Body: OptionsBody }>('/options', (request) => {
			const unknown = Object.keys(request.body).filter((name) => !(name in defaultBehaviour));
			if (unknown.length > 0) throw badRequest(`Unknown options: ${unknown.join(', ')}`);
			for (const [name, value] of Object.entries(request.body)) {
				const defaultValue = defaultBehaviour[name as keyof Behaviour];
				Object.assign(behaviour, { [name]: value ?? defaultValue });
			}
			return behaviour;
		});

		function requireActive(jobId: string): void {
			if (jobs.get(jobId)?.state !== 'active') throw badRequest(`No active job ${jobId}`);
		}
		done();
	};

function readRule({ match = {}, ...fault }: FaultBody): FaultRule {
	const { pathPattern, ...rest } = match;
	const path = pathPattern === undefined ? rest.path : new RegExp(pathPattern);
	return { ...fault, match: { ...rest, ...(path !== undefined && { path }) } } as FaultRule;
}

/** A logged request without the secret that an account is configured with. */
function withoutCookie<T extends { body: unknown }>(request: T): T {
	const { body } = request;
	if (typeof body !== 'object' || body === null || !('cookie' in body)) return request;
	return { ...request, body: { ...body, cookie: '…' } };
}
