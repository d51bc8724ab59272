/** A box of an MP4 file: its type and its content. */
export interface Mp4Box {
	type: string;
	content: Buffer;
}

const HEADER_BYTES = 8;
const LARGE_HEADER_BYTES = 16;

/**
 * Reads the boxes that an MP4 file, or the content of a box, consists of.
 * @throws Error when the bytes are no whole boxes
 */
export function readBoxes(bytes: Buffer): Mp4Box[] {
	const boxes: Mp4Box[] = [];
	let offset = 0;
	while (offset < bytes.length) {
		if (bytes.length - offset < HEADER_BYTES) throw new Error('An MP4 box is cut off');
		const shortSize = bytes.readUInt32BE(offset);
		const type = bytes.toString('latin1', offset + 4, offset + HEADER_BYTES);
		const header = shortSize === 1 ? LARGE_HEADER_BYTES : HEADER_BYTES;
		const size = shortSize === 1 ? Number(bytes.readBigUInt64BE(offset + HEADER_BYTES)) : shortSize;
		if (size < header || offset + size > bytes.length) {
			throw new Error(`The MP4 box "${type}" is cut off`);
		}
		boxes.push({ type, content: bytes.subarray(offset + header, offset + size) });
		offset += size;
	}
	return boxes;
}

/**
 * Reads how long an MP4 video is, from its movie header.
 * @returns seconds
 * @throws Error when the bytes are no MP4 video that can be played
 */
export function mp4Duration(bytes: Buffer): number {
	const boxes = readBoxes(bytes);
	for (const type of ['ftyp', 'moov', 'mdat']) {
		if (!boxes.some((box) => box.type === type)) throw new Error(`The MP4 has no "${type}" box`);
	}
	const movie = boxes.find(({ type }) => type === 'moov')?.content ?? Buffer.alloc(0);
	const header = readBoxes(movie).find(({ type }) => type === 'mvhd')?.content;
	if (!header) throw new Error('The MP4 has no movie header');
	const isLong = header[0] === 1;
	const timescale = header.readUInt32BE(isLong ? 20 : 12);
	const duration = isLong ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
	return duration / timescale;
}
