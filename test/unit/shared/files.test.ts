import { nameInUrl, splitName, toFileName } from '../../../nodes/shared/files/fileName';
import {
	extensionOf,
	IMAGE_TYPES,
	FIRST_BYTES,
	statedType,
	typeOfContent,
	typeOfName,
} from '../../../nodes/shared/files/mimeType';
import { openBuffer } from '../../../nodes/shared/files/openFile';
import { picture } from '../../emulator/picture';

describe('file name', () => {
	it.each([
		['A quiet lake, at dawn!', 'a-quiet-lake-at-dawn-1a2b.png'],
		['Ärger übers Ölfaß', 'arger-ubers-olfaß-1a2b.png'],
		['湖畔の夜明け', '湖畔の夜明け-1a2b.png'],
		['🦊🦊', 'file-1a2b.png'],
		['', 'file-1a2b.png'],
		['../../etc/passwd', 'etc-passwd-1a2b.png'],
		['a\0b\nc', 'a-b-c-1a2b.png'],
		['CON', 'file-con-1a2b.png'],
		['lpt9', 'file-lpt9-1a2b.png'],
		['console', 'console-1a2b.png'],
		['-- --', 'file-1a2b.png'],
		['e\u0301te\u0301, İzmir, ﬁn, Việt', 'ete-izmir-fin-viet-1a2b.png'],
		['1\ufe0f\u20e3 first', '1-first-1a2b.png'],
		['ガラスのバラ, ｶﾞﾗｽ', 'ガラスのバラ-ガラス-1a2b.png'],
		['हिन्दी फ़िल्म', 'हिन्दी-फ़िल्म-1a2b.png'],
		['น้ำตกที่สวย', 'น้ำตกที่สวย-1a2b.png'],
		['한국어 영상', '한국어-영상-1a2b.png'],
		['Ёлка и йогурт', 'ёлка-и-йогурт-1a2b.png'],
		['葛\u{e0100}', '葛-1a2b.png'],
	])('of %j is %s', (text, name) => {
		expect(toFileName(text, '1a2b', 'png')).toBe(name);
	});

	it.each([
		['/clip.mp4', 'clip.mp4'],
		['/my%20photo%20%C3%A9t%C3%A9.png', 'my photo été.png'],
		['/o/users%2Fme%2Fclip.mp4?alt=media', 'clip.mp4'],
		['/%E6%B9%96%E7%95%94.png', '湖畔.png'],
		['/a%20b/100%.png', '100%.png'],
		['/', ''],
	])('in the URL %s is %j', (path, name) => {
		expect(nameInUrl(`https://example.com${path}`)).toBe(name);
	});

	it.each([
		['clip.mp4', ['clip', 'mp4']],
		['a.b.EXR', ['a.b', 'exr']],
		['version 1.5', ['version 1.5', undefined]],
		['what.is-this', ['what.is-this', undefined]],
		['.htaccess', ['.htaccess', undefined]],
		['', ['', undefined]],
	])('%j comes apart', (name, [stem, extension]) => {
		expect(splitName(name)).toEqual({ stem, extension });
	});

	it('is safe without anything beside the text, too', () => {
		expect(toFileName('aux', '', undefined)).toBe('file-aux');
		expect(toFileName('', '', undefined)).toBe('file');
		expect(toFileName('a fox', '', 'mp4')).toBe('a-fox.mp4');
		expect(toFileName('a fox', 'x\\..\\y', 'mp4')).toBe('a-fox-xy.mp4');
	});

	it('is short enough for every file system, and cuts no character in two', () => {
		const name = toFileName('𠮷 '.repeat(500), '1a2b3c4d', 'png');
		expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
		expect(Buffer.from(name).toString()).toBe(name);
		expect(toFileName('word '.repeat(100), 'x', 'png')).toMatch(/^(word-)+x\.png$/);
	});
});

describe('type of a file', () => {
	const bytes = (text: string) => Buffer.from(text, 'latin1');

	it.each([
		['\x89PNG\r\n\x1a\n', 'image/png'],
		['\xff\xd8\xff\xe0\0\x10JFIF', 'image/jpeg'],
		['GIF89a', 'image/gif'],
		['RIFF\x24\0\0\0WEBPVP8 ', 'image/webp'],
		['RIFF\x24\0\0\0WAVEfmt ', 'audio/wav'],
		['RIFF\x24\0\0\0AVI LIST', 'video/x-msvideo'],
		['\0\0\0\x20ftypisom\0\0\x02\0', 'video/mp4'],
		['\0\0\0\x14ftypqt  ', 'video/quicktime'],
		['\0\0\0\x20ftypM4A ', 'audio/mp4'],
		['\0\0\0\x20ftypavis', 'image/avif'],
		...['heic', 'heix', 'heim', 'heis', 'mif1', 'msf1'].map((brand) => [
			`\0\0\0\x20ftyp${brand}`,
			'image/heic',
		]),
		['\x1aE\xdf\xa3', 'video/webm'],
		['ID3\x04', 'audio/mpeg'],
		['OggS\0', 'audio/ogg'],
		['%PDF-1.7', 'application/pdf'],
	])('by its content %j is %s', (start, type) => {
		expect(typeOfContent(bytes(start))).toBe(type);
		expect(typeOfContent(bytes(start + 'and more'.repeat(10)))).toBe(type);
	});

	it('is that of a real picture, by no more than its first bytes', () => {
		const start = picture('a fox', '1:1', 0.1).subarray(0, FIRST_BYTES);
		expect(typeOfContent(start)).toBe('image/png');
	});

	it.each(['', 'PNG', 'RIFF', '<html>', '\0'.repeat(16), 'x\x89PNG\r\n\x1a\n'])(
		'is not known by %j',
		(start) => {
			expect(typeOfContent(bytes(start))).toBeUndefined();
		},
	);

	it.each([
		['photo.png', 'image/png'],
		['PHOTO.JPG', 'image/jpeg'],
		['a.b.webp', 'image/webp'],
		['/path/to/film.mp4', 'video/mp4'],
	])('by its name %s is %s', (name, type) => {
		expect(typeOfName(name)).toBe(type);
	});

	it.each(['png', '', undefined, 'photo.', 'photo.exe', 'photo.png/', '.constructor', 'toString'])(
		'is not known by the name %j',
		(name) => {
			expect(typeOfName(name)).toBeUndefined();
		},
	);

	it('is what is stated, unless that says nothing', () => {
		expect(statedType('Image/PNG; charset=utf-8')).toBe('image/png');
		for (const vague of [undefined, '', 'application/octet-stream', 'text/plain; charset=x']) {
			expect(statedType(vague)).toBeUndefined();
		}
	});

	it('has its usual extension', () => {
		expect(extensionOf('image/jpeg')).toBe('jpeg');
		expect(extensionOf('video/mp4')).toBe('mp4');
		expect(extensionOf('application/x-unknown')).toBeUndefined();
		expect(extensionOf(null)).toBeUndefined();
	});

	it('is one of a picture for the types that pictures have', () => {
		expect(IMAGE_TYPES).toEqual(expect.arrayContaining(['image/png', 'image/jpeg', 'image/webp']));
		expect(IMAGE_TYPES.every((type) => type.startsWith('image/'))).toBe(true);
	});
});

it('is looked at no further than its first bytes, also in memory', () => {
	const seen: number[] = [];
	openBuffer(
		Buffer.alloc(FIRST_BYTES + 1),
		{ name: 'a.mp4', type: undefined },
		{
			limit: { bytes: Infinity, label: 'the limit' },
			objection: ({ length }) => {
				seen.push(length);
				return undefined;
			},
		},
	);
	expect(seen).toEqual([FIRST_BYTES]);
});
