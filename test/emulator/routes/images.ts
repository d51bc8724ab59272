import type { FastifyPluginCallback } from 'fastify';
import type { Emulator } from '../emulator';
import { imagesCreate, imagesEdit, imagesUpscale } from '../endpoints';
import { generate } from '../generate';
import { ltxStudioRoutes } from './ltxStudio';

/** `/v1/ltxstudio/images` */
export const imageRoutes = (emulator: Emulator): FastifyPluginCallback =>
	ltxStudioRoutes(emulator, (scope) => {
		scope.post('/create', generate(emulator, imagesCreate));
		scope.post('/edit', generate(emulator, imagesEdit));
		scope.post('/upscale', generate(emulator, imagesUpscale));
		// Names of the same endpoints before the vendor renamed them.
		scope.post('/flux-create', generate(emulator, imagesCreate));
		scope.post('/flux-edit', generate(emulator, imagesEdit));
	});
