import multipart from '@fastify/multipart';
import type { FastifyError, FastifyInstance, FastifyPluginCallback } from 'fastify';
import fastify from 'fastify';
import { ApiError } from './apiError';
import type { Emulator } from './emulator';
import { addHooks } from './hooks';
import { ltxRoutes, ltxStorageRoutes } from './ltx/routes';
import { accountRoutes } from './routes/accounts';
import { accountSettingsRoutes } from './routes/accountSettings';
import { assetRoutes } from './routes/assets';
import { controlRoutes } from './routes/control';
import { imageRoutes } from './routes/images';
import { lumaRoutes } from './routes/luma';
import { schedulerRoutes } from './routes/scheduler';
import { statusPageRoutes } from './routes/statusPage';
import { storageRoutes } from './routes/storage';
import { videoRoutes } from './routes/videos';

/** Longer than any job id. */
const MAX_PARAMETER_LENGTH = 500;

/** The HTTP side of an emulator. */
export function buildServer(emulator: Emulator): FastifyInstance {
	const server = fastify({
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAMETER_LENGTH },
	});
	acceptEmptyJson(server);
	void server.register(multipart, { attachFieldsToBody: 'keyValues' });
	addHooks(server, emulator);

	server.setNotFoundHandler((_request, reply) => {
		void reply.code(404).send({ error: 'Endpoint not found' });
	});
	server.setErrorHandler<FastifyError>((error, _request, reply) => {
		if (error instanceof ApiError) {
			void reply.headers(error.headers).code(error.status);
			void reply.send({ error: error.message, code: error.status });
			return;
		}
		const status = error.statusCode ?? 500;
		const code = status < 500 ? 400 : 500;
		void reply.code(code).send({ error: error.message, code });
	});

	mount(server, '/v1/ltxstudio/accounts', accountRoutes(emulator));
	mount(server, '/v1/ltxstudio/assets', assetRoutes(emulator));
	mount(server, '/v1/ltxstudio/images', imageRoutes(emulator));
	mount(server, '/v1/ltxstudio/videos', videoRoutes(emulator));
	mount(server, '/v1/ltxstudio/scheduler', schedulerRoutes(emulator));
	mount(server, '/v1/luma', lumaRoutes(emulator));
	mount(server, '', ltxRoutes(emulator));
	mount(server, '/storage/ltx/uploads', ltxStorageRoutes(emulator));
	mount(server, '/v2/account', accountSettingsRoutes(emulator));
	mount(server, '/storage', storageRoutes(emulator));
	mount(server, '/_emulator', controlRoutes(emulator));
	mount(server, '', statusPageRoutes());
	return server;
}

/**
 * Adds routes below a path, under a name of their own: without one, fastify looks through all modules that are
 * loaded for the one that they come from. There are thousands under jest, and that took longer than all else here.
 */
function mount(server: FastifyInstance, prefix: string, routes: FastifyPluginCallback): void {
	const named = Object.assign(routes, {
		[Symbol.for('fastify.display-name')]: `routes ${prefix}/`,
	});
	void server.register(named, { prefix });
}

/** Clients that always name a JSON type send it without a body as well. */
function acceptEmptyJson(server: FastifyInstance): void {
	server.removeContentTypeParser('application/json');
	server.addContentTypeParser(
		'application/json',
		{ parseAs: 'string' },
		(_request, body: string, done) => {
			if (body === '') {
				done(null);
				return;
			}
			try {
				done(null, JSON.parse(body));
			} catch {
				done(new ApiError(400, 'The body is not valid JSON'));
			}
		},
	);
}
