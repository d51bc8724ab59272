import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import {
	isLikeText,
	isPcm,
	statedType,
	typeOfContent,
	typeOfName,
} from '../../shared/files/mimeType';
import type { FileRules } from '../../shared/files/openFile';
import { binarySource, type StoredFile } from '../../shared/files/source';
import { readBinary } from '../../shared/files/sourceFields';
import type { FieldReader } from '../../shared/n8n/fieldReader';

export type MediaKind = 'image' | 'video' | 'audio';

/** A picture, video or sound that a generation is made from. */
export type Media =
	/** Where the API finds it. */
	| { uri: string }
	/** A file to upload first, and what tells it from others. */
	| { file: StoredFile; key: string };

const MODES = { file: 'file', uri: 'uri' } as const;

/** Which megabyte its limits are in, the API's pages do not say: this is the larger one. */
export const MEBIBYTE = 1024 * 1024;

/** What the API takes of a kind. */
interface KindRules {
	formats: string;
	/** What is to be known of a format beside its name. */
	note: string;
	/** The most megabytes, uploaded first or from an address. */
	upload: number;
	address: number;
	/** The MIME types by which its formats go. */
	types: readonly string[];
	/** What the first bytes have to be like, where they tell more than the MIME type. */
	content: Pick<FileRules, 'accept' | 'objection'>;
}

const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp'];

/** @see https://docs.ltx.io/input-formats */
const KINDS: Readonly<Record<MediaKind, KindRules>> = {
	image: {
		formats: 'PNG, JPEG or WebP',
		note: '',
		upload: 15,
		address: 15,
		types: [...IMAGE_TYPES, 'image/jpg'],
		content: { accept: IMAGE_TYPES },
	},
	video: {
		formats: 'MP4, MOV or MKV',
		note: ', with H.264 or H.265',
		upload: 200,
		address: 32,
		types: ['video/mp4', 'video/x-m4v', 'video/quicktime', 'video/x-matroska', 'video/matroska'],
		content: { objection: otherContent },
	},
	audio: {
		formats: 'MP3, M4A, OGG or WAV',
		note: ' that is compressed: a usual WAV is PCM, which the API does not take',
		upload: 200,
		address: 32,
		types: [
			'audio/mpeg',
			'audio/mp3',
			'audio/mp4',
			'audio/m4a',
			'audio/x-m4a',
			'audio/ogg',
			'audio/opus',
			'audio/wav',
			'audio/x-wav',
			'audio/wave',
			'audio/vnd.wave',
		],
		content: {
			objection: (start) =>
				isPcm(start)
					? 'it is PCM sound, which the API does not take: give MP3, M4A or OGG'
					: otherContent(start),
		},
	},
};

/** @returns what is wrong with a file for a video or a sound that begins like something else, whatever it is called */
function otherContent(start: Buffer): string | undefined {
	const type = typeOfContent(start) ?? (isLikeText(start) ? 'text' : '');
	return /^(image|application|text)/.test(type) ? `its content is ${type}` : undefined;
}

/** Where the API takes media from: what was uploaded to it, or a public address that names a domain. */
const URI = /^(ltx:\/\/\S+|https:\/\/[\d.]*[^\s\d.:/?#[]\S*)$/i;
const EXPECTED_URI = 'an address that starts with https:// and a domain, or with ltx://';

interface MediaField {
	name: string;
	displayName: string;
	kind: MediaKind;
	/** What it is for, as one or more sentences. */
	description: string;
	required?: boolean;
	/** In megabytes, where an operation has a limit of its own, uploaded or from an address. */
	limit?: number;
}

/** What several operations can end a video with. */
export const LAST_FRAME: MediaField = {
	name: 'last_frame_uri',
	displayName: 'Last Frame',
	kind: 'image',
	description: 'The last picture of the video.',
};

/** A picture, video or sound: a binary field of the item, which is uploaded on the way, or an address. */
export function mediaField(field: MediaField): INodeProperties {
	const { name, displayName, kind, description, required = false, limit } = field;
	const { formats, note, upload, address } = KINDS[kind];
	const fromItem = limit ?? upload;
	const fromAddress = limit ?? address;
	const more = fromItem === fromAddress ? 'or' : `up to ${fromAddress} MB`;
	return {
		displayName,
		name,
		type: 'resourceLocator',
		required,
		default: { mode: MODES.file, value: required ? 'data' : '' },
		description: `${description} Formats: ${formats}${note}. Up to ${fromItem} MB from the item, ${more} from an address that anybody can open.`,
		modes: [
			{
				displayName: 'File',
				name: MODES.file,
				type: 'string',
				hint: 'The name of the binary field with the file',
				placeholder: 'data',
			},
			{
				displayName: 'URL',
				name: MODES.uri,
				type: 'string',
				placeholder: 'https://… or ltx://…',
				validation: [
					{
						type: 'regex',
						properties: {
							// n8n holds a value to its pattern even where it may be left empty.
							regex: required ? URI.source : `(?:${URI.source})?`,
							errorMessage: `This must be ${EXPECTED_URI}`,
						},
					},
				],
			},
		],
	};
}

/** Reads a medium of an item, and checks as much of it as can be known before it is sent. */
export function readMedia(
	form: FieldReader,
	context: IExecuteFunctions,
	{ name, kind, required, limit }: MediaField,
): Media | undefined {
	const chosen = form.fields.mode(name);
	const expected = chosen === MODES.uri ? EXPECTED_URI : 'the name of a binary field of the item';
	const value = form.text(name, { required: required ?? false, expected, mustBeFound: true });
	if (value === undefined) return undefined;
	const mode = chosen ?? (value.includes('://') ? MODES.uri : MODES.file);
	if (mode === MODES.uri) {
		return URI.test(value) ? { uri: value } : form.reject(name, value, EXPECTED_URI);
	}
	const { binary, label } = readBinary(form, context, name);
	const { formats, types, content, upload } = KINDS[kind];
	const type = statedType(binary.mimeType) ?? typeOfName(binary.fileName);
	if (type !== undefined && !types.includes(type)) {
		return form.reject(name, value, `the name of a file that is ${formats}, and not ${type}`);
	}
	const megabytes = limit ?? upload;
	const rules: FileRules = {
		...content,
		limit: { bytes: megabytes * MEBIBYTE, label: `the API's limit of ${megabytes} MB` },
	};
	return {
		file: binarySource(context, form.item, binary, label, rules),
		// In memory mode a file has no ID: its content tells it from others.
		key: binary.id ?? binary.data,
	};
}
