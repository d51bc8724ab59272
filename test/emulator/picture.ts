import { createHash } from 'node:crypto';
import { PNG } from 'pngjs';
import type { Random } from './random';
import { pick, seededRandom } from './random';

export type AspectRatio = '16:9' | '9:16' | '1:1';

type Colour = readonly [number, number, number];

interface Palette {
	readonly top: Colour;
	readonly horizon: Colour;
	readonly sun: Colour;
	readonly land: Colour;
}

const dusk: Palette = {
	top: [27, 42, 107],
	horizon: [255, 150, 110],
	sun: [255, 226, 160],
	land: [40, 28, 70],
};

const palettes: readonly Palette[] = [
	dusk,
	{ top: [64, 150, 200], horizon: [214, 240, 245], sun: [255, 252, 225], land: [30, 90, 80] },
	{ top: [12, 18, 46], horizon: [70, 60, 130], sun: [235, 240, 255], land: [10, 14, 34] },
	{ top: [120, 80, 160], horizon: [255, 190, 170], sun: [255, 240, 200], land: [70, 40, 90] },
	{ top: [20, 110, 120], horizon: [190, 225, 180], sun: [255, 245, 190], land: [15, 60, 66] },
	{ top: [180, 70, 60], horizon: [255, 200, 120], sun: [255, 250, 210], land: [80, 26, 40] },
];

/** Width and height at a scale of 1. */
const sizes: Readonly<Record<AspectRatio, readonly [number, number]>> = {
	'16:9': [640, 360],
	'9:16': [360, 640],
	'1:1': [480, 480],
};

/** Few enough that thousands of prompts do not make thousands of pictures. */
const VARIANTS = 24;
const HILLS = 4;
/** How far down the sky's colours go, and how far the sun's glow reaches, in heights of a picture. */
const SKY = 0.65;
const GLOW = 0.35;
const OPAQUE = 255;
const BYTES_A_PIXEL = 4;
/** One filter for all lines, as trying every filter on each takes most of the time. */
const FILTER_SUB = 1;

const cache = new Map<string, Buffer>();

/**
 * A landscape as a PNG file: the same for the same text.
 * @param scale 2 for a picture that was upscaled, below 1 for a thumbnail
 */
export function picture(text: string, ratio: AspectRatio, scale = 1): Buffer {
	const variant = createHash('sha256').update(text).digest().readUInt32BE(0) % VARIANTS;
	const key = [variant, ratio, scale].join(' ');
	const known = cache.get(key);
	if (known) return known;
	const file = paint(variant, ratio, scale);
	cache.set(key, file);
	return file;
}

function paint(variant: number, ratio: AspectRatio, scale: number): Buffer {
	const [width, height] = sizes[ratio];
	const png = new PNG({ width: Math.round(width * scale), height: Math.round(height * scale) });
	const random = seededRandom(variant);
	const palette = pick(random, palettes) ?? dusk;
	paintSky(png, palette, random);
	for (let layer = 0; layer < HILLS; layer++) {
		const colour = blend(palette.horizon, palette.land, (layer + 1) / HILLS);
		paintHill(png, colour, layer, random);
	}
	return PNG.sync.write(png, { filterType: FILTER_SUB, deflateLevel: 6 });
}

function paintSky({ width, height, data }: PNG, palette: Palette, random: Random): void {
	const sunX = (0.2 + 0.6 * random()) * width;
	const sunY = (0.25 + 0.25 * random()) * height;
	const radius = (0.05 + 0.05 * random()) * height;
	const reach = radius + GLOW * height;
	for (let y = 0; y < height; y++) {
		const sky = blend(palette.top, palette.horizon, Math.min(1, y / height / SKY));
		const row = y * width;
		data.fill(Uint8Array.of(...sky, OPAQUE), BYTES_A_PIXEL * row, BYTES_A_PIXEL * (row + width));
		const across = Math.sqrt(Math.max(0, reach ** 2 - (y - sunY) ** 2));
		const end = Math.min(width, Math.ceil(sunX + across));
		for (let x = Math.max(0, Math.ceil(sunX - across)); x < end; x++) {
			const distance = Math.sqrt((x - sunX) ** 2 + (y - sunY) ** 2);
			const glow = (reach - distance) / (reach - radius);
			paintPixel(data, row + x, blend(sky, palette.sun, glow < 1 ? 0.6 * glow ** 2 : 1));
		}
	}
}

/** @param layer 0 is farthest away */
function paintHill(
	{ width, height, data }: PNG,
	colour: Colour,
	layer: number,
	random: Random,
): void {
	const base = (0.58 + 0.1 * layer) * height;
	const rise = (0.05 + 0.05 * random()) * height;
	const waves = 1.5 + 2.5 * random() + layer;
	const phase = 2 * Math.PI * random();
	for (let x = 0; x < width; x++) {
		const top = Math.ceil(base + rise * Math.sin((waves * Math.PI * x) / width + phase));
		for (let y = top; y < height; y++) paintPixel(data, y * width + x, colour);
	}
}

function paintPixel(data: Buffer, pixel: number, [red, green, blue]: Colour): void {
	const at = BYTES_A_PIXEL * pixel;
	// One by one: `set` takes ten times as long for so few.
	data[at] = red;
	data[at + 1] = green;
	data[at + 2] = blue;
}

const blend = (from: Colour, to: Colour, share: number): Colour => [
	Math.round(from[0] + (to[0] - from[0]) * share),
	Math.round(from[1] + (to[1] - from[1]) * share),
	Math.round(from[2] + (to[2] - from[2]) * share),
];
