import type { FastifyPluginCallback } from 'fastify';
import type { Emulator } from '../emulator';
import { videosLtxCreate, videosVeoCreate } from '../endpoints';
import { generate } from '../generate';
import { ltxStudioRoutes } from './ltxStudio';

/** `/v1/ltxstudio/videos` */
export const videoRoutes = (emulator: Emulator): FastifyPluginCallback =>
	ltxStudioRoutes(emulator, (scope) => {
		scope.post('/ltx-create', generate(emulator, videosLtxCreate));
		scope.post('/veo-create', generate(emulator, videosVeoCreate));
	});
