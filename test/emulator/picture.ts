import { createHash } from 'node:crypto';
import { PNG } from 'pngjs';
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
const OPAQUE = 255;
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
	const [width, height] = sizes[ratio].map((side) => Math.round(side * scale)) as [number, number];
	const random = seededRandom(variant);
	const palette = pick(random, palettes) ?? dusk;
	const sun = {
		x: 0.2 + 0.6 * random(),
		y: 0.25 + 0.25 * random(),
		radius: 0.05 + 0.05 * random(),
	};
	const hills = Array.from({ length: HILLS }, (_, layer) => ({
		base: 0.58 + 0.1 * layer,
		height: 0.05 + 0.05 * random(),
		waves: 1.5 + 2.5 * random() + layer,
		phase: 2 * Math.PI * random(),
		colour: blend(palette.horizon, palette.land, (layer + 1) / HILLS),
	}));

	const png = new PNG({ width, height });
	png.data.fill(OPAQUE);
	for (let x = 0; x < width; x++) {
		const across = x / width;
		for (let y = 0; y < height; y++) {
			const down = y / height;
			let colour: Colour | undefined;
			for (const hill of hills) {
				const top = hill.base + hill.height * Math.sin(hill.waves * Math.PI * across + hill.phase);
				if (down >= top) colour = hill.colour;
			}
			if (!colour) {
				const fromSun = Math.hypot((across - sun.x) * (width / height), down - sun.y);
				colour = skyAt(palette, down, fromSun, sun.radius);
			}
			png.data.set(colour, 4 * (y * width + x));
		}
	}
	return PNG.sync.write(png, { colorType: 2, filterType: FILTER_SUB, deflateLevel: 6 });
}

/** @param fromSun distance from the sun's centre, in heights of the picture */
function skyAt(palette: Palette, down: number, fromSun: number, sunRadius: number): Colour {
	if (fromSun <= sunRadius) return palette.sun;
	const sky = blend(palette.top, palette.horizon, Math.min(1, down / 0.65));
	const glow = Math.max(0, 1 - (fromSun - sunRadius) / 0.35) ** 2;
	return blend(sky, palette.sun, 0.6 * glow);
}

const blend = (from: Colour, to: Colour, share: number): Colour => [
	Math.round(from[0] + (to[0] - from[0]) * share),
	Math.round(from[1] + (to[1] - from[1]) * share),
	Math.round(from[2] + (to[2] - from[2]) * share),
];
