import type { IDataObject, INodeParameterResourceLocator, INodeParameters } from 'n8n-workflow';

import { Ltx } from '../../../nodes/Ltx/Ltx.node';
import { ltx } from '../../contract/document';
import type { LtxBehaviour } from '../../emulator/ltx/options';
import type { EngineOptions } from '../harness';
import type { ItemSpec } from '../harness/items';
import type { NodeSettings } from '../harness/requests';
import { startLab } from '../setup';

/** No more of a file than what shows its type. */
export const FILES = {
	photo: {
		data: Buffer.from('\x89PNG\r\n\x1a\nphoto', 'latin1'),
		fileName: 'photo.png',
		mimeType: 'image/png',
	},
	last: {
		data: Buffer.from('\x89PNG\r\n\x1a\nlast', 'latin1'),
		fileName: 'last.png',
		mimeType: 'image/png',
	},
	clip: {
		data: Buffer.from('\0\0\0\x18ftypmp42 and a video', 'latin1'),
		fileName: 'clip.mp4',
		mimeType: 'video/mp4',
	},
	speech: {
		data: Buffer.from('ID3 and a sound', 'latin1'),
		fileName: 'speech.mp3',
		mimeType: 'audio/mpeg',
	},
};

/** An item with a file of each kind. */
export const itemWithFiles = (json: IDataObject = {}): ItemSpec => ({ json, binary: FILES });

export const fromItem = (value: string): INodeParameterResourceLocator => ({
	__rl: true,
	mode: 'file',
	value,
});

export const byUri = (value: string): INodeParameterResourceLocator => ({
	__rl: true,
	mode: 'uri',
	value,
});

/** The cheapest video there is. */
export const TEXT_TO_VIDEO: INodeParameters = {
	resource: 'video',
	operation: 'textToVideo',
	prompt: 'A lake',
	model: 'ltx-2-3-fast',
};

/** The LTX node with the emulator; every exchange is held to Lightricks' contract. */
export async function startLtxLab(
	behaviour: Partial<LtxBehaviour> = {},
	engine: Partial<EngineOptions> = {},
) {
	const lab = await startLab({
		ltx: behaviour,
		api: ltx,
		engine: { nodes: { ltx: new Ltx() }, ...engine },
	});
	const { service, requests } = { service: lab.emulator.ltx, requests: lab.emulator.requests };
	return {
		...lab,
		service,
		/** Runs the node for some items; for one that says nothing unless told otherwise. */
		run: async (parameters: INodeParameters, items: ItemSpec[] = [{}], settings?: NodeSettings) =>
			await lab.engine.runNode({ parameters, items, ...settings }),
		/** The videos that were asked for, in their order. */
		submitted: () =>
			requests
				.filter(({ method, path }) => method === 'POST' && path.startsWith('/v2/'))
				.map(({ path, body }) => ({ path, body: body as IDataObject })),
		/** The requests of a method, of one path where one is given. */
		requestsOf: (method: string, path?: RegExp) =>
			requests.filter((request) => request.method === method && (path?.test(request.path) ?? true)),
		/** Forgets requests, charges and faults. */
		forget: () => {
			requests.length = 0;
			service.ledger.entries.length = 0;
			lab.emulator.uploads.length = 0;
			lab.emulator.faults.clear();
		},
	};
}

export type LtxLab = Awaited<ReturnType<typeof startLtxLab>>;
