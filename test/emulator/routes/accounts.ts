import type { FastifyPluginCallback } from 'fastify';
import { noConfiguration } from '../apiError';
import type { Emulator } from '../emulator';
import type { FieldRule } from '../endpoints';
import { number, readFields, text } from '../validate';
import { ltxStudioRoutes } from './ltxStudio';

const fields = {
	cookie: { type: 'string' },
	maxJobs: { type: 'integer', min: 1, max: 100 },
} as const satisfies Record<string, FieldRule>;

interface WithEmail {
	Params: { email: string };
}

/** `/v1/ltxstudio/accounts` */
export const accountRoutes = (emulator: Emulator): FastifyPluginCallback =>
	ltxStudioRoutes(emulator, (scope) => {
		const { accounts } = emulator;

		scope.post('/', (request) => {
			const parameters = readFields(request.body, fields, request.isMultipart());
			const account = accounts.configure(
				text(parameters, 'cookie'),
				number(parameters, 'maxJobs'),
				emulator.behaviour,
			);
			return {
				...accounts.view(account),
				refreshTokenExpire: account.refreshTokenExpire,
				refreshTokenExpireUTC: new Date(account.refreshTokenExpire).toISOString(),
			};
		});

		scope.get('/', () => {
			const all = accounts.all;
			if (all.length === 0) throw noConfiguration();
			return Object.fromEntries(all.map((account) => [account.email, accounts.view(account)]));
		});

		scope.get<WithEmail>('/:email', (request) => {
			const account = accounts.require(request.params.email);
			return {
				...accounts.view(account),
				balance: { LTXStudio_token: account.credits },
				...(account.lastChargedAt !== undefined && {
					latestCreatedAtMs: { LTXStudio_token: account.lastChargedAt },
				}),
			};
		});

		scope.delete<WithEmail>('/:email', (request, reply) => {
			accounts.require(request.params.email);
			accounts.remove(request.params.email);
			return reply.code(204).send();
		});
	});
