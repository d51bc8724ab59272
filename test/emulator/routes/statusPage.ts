import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyPluginCallback } from 'fastify';

/** `/`: what happens, for people to look at. */
export const statusPageRoutes = (): FastifyPluginCallback => (scope, _options, done) => {
	const page = readFileSync(join(__dirname, '..', 'statusPage.html'), 'utf8');
	scope.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
	done();
};
