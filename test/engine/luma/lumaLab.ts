import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { Luma } from '../../../nodes/Luma/Luma.node';
import { byId } from '../fixtures';
import type { EngineOptions } from '../harness';
import type { ItemSpec } from '../harness/items';
import type { NodeSettings } from '../harness/requests';
import { startLab } from '../setup';

export const EMAIL = 'director@example.com';
export const DEAD_EMAIL = 'dead@example.com';

/** No more of a picture than what shows its type. */
export const CONTENT = {
	'image/jpeg': Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF and a picture', 'latin1'),
	'image/png': Buffer.from('\x89PNG\r\n\x1a\n and a picture', 'latin1'),
	'image/webp': Buffer.from('RIFF\x24\0\0\0WEBPVP8 and a picture', 'latin1'),
	'image/gif': Buffer.from('GIF89a and a picture', 'latin1'),
};

export type PictureType = keyof typeof CONTENT;

/** What Luma takes. */
export const TAKEN = ['image/jpeg', 'image/png', 'image/webp'] as const;

/** An item with a picture that is named what it is. */
export const pictureItem = (type: PictureType): ItemSpec =>
	fileItem(CONTENT[type], { mimeType: type, fileName: `picture.${type.slice('image/'.length)}` });

/** An item with a file that may be named anything. */
export const fileItem = (
	data: Buffer,
	{ mimeType = 'image/png', fileName = 'picture.png' } = {},
): ItemSpec => ({ binary: { data: { data, mimeType, fileName } } });

/** What a simplified upload puts out. */
export interface Uploaded extends IDataObject {
	assetRef: string;
	url: string;
	email: string;
	uploadId: string;
	expiresAt: string;
}

/** The Luma node with the emulator. */
export async function startLumaLab(engine: Partial<EngineOptions> = {}) {
	const lab = await startLab({
		lumaAccounts: [{ email: EMAIL }, { email: DEAD_EMAIL, dead: true }],
		engine: { nodes: { luma: new Luma() }, ...engine },
	});
	return {
		...lab,
		/** Runs Asset > Upload on the account that works, unless told otherwise. */
		upload: async (items: ItemSpec[], parameters: INodeParameters = {}, settings?: NodeSettings) =>
			await lab.engine.runNode({
				parameters: { resource: 'asset', operation: 'upload', email: byId(EMAIL), ...parameters },
				items,
				...settings,
			}),
		/** The uploads that the emulator was asked for. */
		requests: () => lab.emulator.requests.filter(({ method }) => method === 'POST'),
	};
}

export type LumaLab = Awaited<ReturnType<typeof startLumaLab>>;
