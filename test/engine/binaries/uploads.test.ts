import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { INodeParameters } from 'n8n-workflow';

import { jsonOf, PHOTO, requestsOf } from '../fixtures';
import { BinaryDataConfig, Container } from '../harness/core';
import type { ItemSpec } from '../harness/items';
import { openDescriptors } from '../memory';
import { shareLab, startLab, type Lab } from '../setup';

const UPLOAD: INodeParameters = { resource: 'asset', operation: 'upload' };

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

describe.each(['default', 'filesystem'] as const)('uploads, binary mode %s', (binaryMode) => {
	let lab: Lab;

	shareLab(async () => (lab = await startLab({ engine: { binaryMode } })));

	beforeEach(() => {
		lab.emulator.uploads.length = 0;
	});

	const upload = async (items: ItemSpec[], parameters: INodeParameters = {}) =>
		await lab.engine.runNode({ parameters: { ...UPLOAD, ...parameters }, items });

	const withFile = (data: Buffer, mimeType: string, fileName?: string): ItemSpec => ({
		binary: { data: { data, mimeType, ...(fileName !== undefined && { fileName }) } },
	});

	it('sends the bytes with their length and type', async () => {
		const content = Buffer.concat([PHOTO.data, Buffer.alloc(3 * 1024 * 1024, 'pixels')]);
		const run = await upload([withFile(content, 'image/png', 'photo.png')]);
		expect(run.error).toBeUndefined();
		expect(requestsOf(lab, 'POST')[0]).toMatchObject({
			bytes: content.length,
			headers: { 'content-type': 'image/png', 'content-length': String(content.length) },
		});
		expect(lab.emulator.uploads).toMatchObject([
			{ bytes: content.length, sha256: sha256(content) },
		]);
	});

	it('takes the file from the field that is named', async () => {
		const run = await upload([{ binary: { photo: PHOTO } }], { binaryPropertyName: 'photo' });
		expect(run.items()[0]?.json.mimeType).toBe('image/png');
	});

	it('tries again, however long the file took', async () => {
		lab.emulator.faults.add({ kind: 'delay', ms: 90_000, match: { method: 'POST', nth: 1 } });
		lab.emulator.faults.add({ kind: 'status', status: 503, match: { method: 'POST', nth: 1 } });
		const run = await upload([withFile(PHOTO.data, 'image/png')]);
		expect(run.error).toBeUndefined();
		expect(requestsOf(lab, 'POST')).toHaveLength(2);
	});

	const PNG = PHOTO.data;
	const VAGUE = 'application/octet-stream';
	const types: Array<[string, ItemSpec, string]> = [
		['its metadata', withFile(PNG, 'image/webp; q=1', 'photo.jpg'), 'image/webp'],
		['its name, where the metadata says nothing', withFile(PNG, VAGUE, 'A.B.JPG'), 'image/jpeg'],
		['its first bytes, where the name says nothing', withFile(PNG, VAGUE, 'photo'), 'image/png'],
		['its first bytes alone', withFile(Buffer.from('GIF89a…'), 'text/plain'), 'image/gif'],
		['nothing but that it is text', withFile(Buffer.from('Once'), 'text/plain'), 'text/plain'],
		['nothing', withFile(Buffer.from('???'), VAGUE), VAGUE],
	];

	it.each(types)('knows the type by %s', async (_, item, type) => {
		const run = await upload([item]);
		expect(run.error).toBeUndefined();
		expect(requestsOf(lab, 'POST')[0]?.headers['content-type']).toBe(type);
	});

	it.each([
		['application/x-subrip', '1'],
		['text/html', '<html>'],
	])('sends a file as what the user says it is: %s', async (mimeType, content) => {
		const run = await upload([withFile(Buffer.from(content), 'text/plain', 'a.txt')], {
			options: { mimeType },
		});
		expect(run.error).toBeUndefined();
		expect(requestsOf(lab, 'POST')[0]?.headers['content-type']).toBe(mimeType);
	});

	it.each(['image/png\r\nx-injected: 1', 'image/\0png', 'image/png\u2028'])(
		'refuses the type %j at once: no header can carry it',
		async (type) => {
			const before = lab.clock.now();
			const run = await upload([withFile(PNG, type)]);
			expect(run.error?.message).toBe(
				'The file cannot be used: its MIME type has a line break or an invisible character',
			);
			expect(lab.clock.now()).toBe(before);
			expect(lab.emulator.requests.filter(({ method }) => method === 'POST')).toEqual([]);
		},
	);

	it('does not send a type that is none', async () => {
		await upload([withFile(PNG, 'picture', 'a.jpg')]);
		expect(requestsOf(lab, 'POST')[0]?.headers['content-type']).toBe('image/jpeg');
	});

	it('takes nothing but pictures where nothing else will do', async () => {
		const run = await upload([withFile(Buffer.from('no picture'), 'image/png')], {
			type: 'reference-image',
		});
		expect(run.error?.message).toMatch(/^The file cannot be used: its content is of no known type/);
		expect(run.error?.description).toBe(
			'Item 1 of 1: "Input Data Field Name" is "data". Nothing was sent.',
		);
		expect(requestsOf(lab, 'POST')).toEqual([]);
	});

	it.each<[string, number, unknown, string | undefined]>([
		['null', 200, null, 'Item 1 of 1: the API says nothing, and gave no asset ID.'],
		['nothing', 204, undefined, 'Item 1 of 1: the API says nothing, and gave no asset ID.'],
		['no error, and an asset', 200, { error: null, asset: { fileId: 'asset:1' } }, undefined],
	])('understands an answer that is %s', async (_, status, body, description) => {
		const match = { method: 'POST', path: '/v1/ltxstudio/assets/' };
		lab.emulator.faults.add({ kind: 'status', status, body, match });
		const run = await upload([{ binary: { data: PHOTO } }]);
		expect(run.error?.message).toBe(description && 'LTX Studio has not taken the file');
		expect(run.error?.description ?? '').toContain(description ?? '');
		expect(run.error ? [] : jsonOf(run.items())).toMatchObject(
			description ? [] : [{ fileId: 'asset:1' }],
		);
		// The API itself does not say that.
		lab.violations.length = 0;
	});

	it('refuses an empty file, and the others go on', async () => {
		const items = [{ binary: { data: PHOTO } }, withFile(Buffer.alloc(0), 'image/png')];
		const run = await lab.engine.runNode({
			parameters: UPLOAD,
			items,
			onError: 'continueErrorOutput',
		});
		expect(run.items()).toHaveLength(1);
		const [failed] = run.errorItems();
		expect(failed?.pairedItem).toEqual({ item: 1 });
		expect(`${failed?.json.error as string} ${failed?.json.message as string}`).toMatch(/empty/);
		expect(failed?.json.message).toMatch(/^Item 2 of 2: "Input Data Field Name" is "data"\./);
		expect(requestsOf(lab, 'POST')).toHaveLength(1);
	});

	it('refuses a file that is larger than allowed, by the name of the limit', async () => {
		const run = await upload([withFile(Buffer.alloc(1_000_001), 'image/png')], {
			options: { maxSize: 1 },
		});
		expect(run.error?.message).toBe(
			'The file cannot be used: it has 1000001 bytes, more than "Largest File (MB)" of 1 allows',
		);
		expect(requestsOf(lab, 'POST')).toEqual([]);
	});

	it('is sent again whole after a fault', async () => {
		lab.emulator.faults.add({ kind: 'status', status: 503, match: { method: 'POST', nth: 1 } });
		lab.emulator.faults.add({ kind: 'resetAfter', match: { method: 'POST', nth: 2 } });
		const run = await upload([{ binary: { data: PHOTO } }]);
		expect(run.error).toBeUndefined();
		expect(requestsOf(lab, 'POST').map(({ status }) => status)).toEqual([503, 0, 200]);
		expect(lab.emulator.uploads.at(-1)).toMatchObject({ sha256: sha256(PHOTO.data) });
	});

	it('leaves no descriptor open after 100 uploads that fail', async () => {
		lab.emulator.faults.add({ kind: 'status', status: 400, match: { method: 'POST' } });
		const fail = async (count: number) => {
			const run = await lab.engine.runNode({
				parameters: { ...UPLOAD, options: { concurrency: 50 } },
				items: Array.from({ length: count }, () => ({ binary: { data: PHOTO } })),
				onError: 'continueRegularOutput',
			});
			expect(run.items()).toHaveLength(count);
			expect(run.items().every(({ json }) => 'error' in json)).toBe(true);
		};
		await fail(50);
		const before = await openDescriptors();
		await fail(100);
		expect(await openDescriptors(before)).toBeLessThanOrEqual(before);
	}, 30_000);
});

describe('a binary that vanished from the store', () => {
	it('is an error of its item', async () => {
		const lab = await startLab({ engine: { binaryMode: 'filesystem' } });
		// The node asks for the capacity before it opens the file: that is when the store is emptied.
		lab.emulator.faults.random(() => {
			rmSync(Container.get(BinaryDataConfig).localStoragePath, { recursive: true, force: true });
			return undefined;
		});
		const run = await lab.engine.runNode({
			parameters: UPLOAD,
			items: [{ binary: { data: PHOTO } }],
			onError: 'continueErrorOutput',
		});
		const [failed] = run.errorItems();
		// In n8n's words.
		expect(failed?.json.error).toBe('The file or directory does not exist');
		expect(failed?.json.message).toBe(
			'Item 1 of 1: "Input Data Field Name" is "data". Nothing was sent.',
		);
		expect(requestsOf(lab, 'POST')).toEqual([]);
		await lab.close();
	});
});
