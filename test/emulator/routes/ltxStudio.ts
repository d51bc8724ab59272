import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import type { Emulator } from '../emulator';
import { refuseIfRetired, requireToken } from '../guard';

/** Endpoints of the LTX Studio API: behind the token, and gone when the API is retired. */
export function ltxStudioRoutes(
	emulator: Emulator,
	addRoutes: (scope: FastifyInstance) => void,
): FastifyPluginCallback {
	return (scope, _options, done) => {
		scope.addHook('preHandler', refuseIfRetired(emulator));
		scope.addHook('preHandler', requireToken(emulator));
		addRoutes(scope);
		done();
	};
}
