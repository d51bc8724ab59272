import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AspectRatio } from './picture';
import { picture } from './picture';

/** What a stored file is made of. */
export type MediaSource =
	| { kind: 'picture'; text: string; ratio: AspectRatio; scale?: number }
	| { kind: 'video'; ratio: AspectRatio }
	/** An upload: its own bytes where they were kept. */
	| { kind: 'bytes'; content: Buffer };

export interface MediaFile {
	readonly mimeType: string;
	readonly source: MediaSource;
}

const videoFiles: Readonly<Record<AspectRatio, string>> = {
	'16:9': 'landscape.mp4',
	'9:16': 'portrait.mp4',
	'1:1': 'square.mp4',
};

const videos = new Map<AspectRatio, Buffer>();

function video(ratio: AspectRatio): Buffer {
	let file = videos.get(ratio);
	if (!file) {
		file = readFileSync(join(__dirname, 'artifacts', videoFiles[ratio]));
		videos.set(ratio, file);
	}
	return file;
}

/** The bytes of a file, made when somebody asks for them. */
export function render({ source }: MediaFile): Buffer {
	switch (source.kind) {
		case 'picture':
			return picture(source.text, source.ratio, source.scale);
		case 'video':
			return video(source.ratio);
		case 'bytes':
			return source.content;
	}
}

/** Files by the path that they are served under. */
export class MediaStore {
	private readonly files = new Map<string, MediaFile>();

	put(path: string, file: MediaFile): void {
		this.files.set(path, file);
	}

	get(path: string): MediaFile | undefined {
		return this.files.get(path);
	}
}
