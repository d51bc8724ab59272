import type { FieldRule } from '../endpoints';
import type { Parameters } from '../validate';
import { number, text } from '../validate';

/** The ways to make a video, by the part of the path that names them. */
export const ltxEndpoints = [
	'text-to-video',
	'image-to-video',
	'audio-to-video',
	'retake',
	'extend',
	'video-to-video-hdr',
	'video-to-video-reframe',
] as const;
export type LtxEndpoint = (typeof ltxEndpoints)[number];

export type MediaKind = 'image' | 'video' | 'audio';

/** What one way to make a video takes, refuses and costs. */
export interface LtxRule {
	readonly fields: Readonly<Record<string, FieldRule>>;
	/** The fields that name media. */
	readonly media: Readonly<Record<string, MediaKind>>;
	/** The key of the result that names the file. */
	readonly output: 'video_url' | 'exr_frames_url';
	/** What is wrong with a call whose fields are fine one by one. */
	readonly problem?: (parameters: Parameters, mediaSeconds: number) => string | undefined;
	/** US dollars. */
	readonly price: (parameters: Parameters, mediaSeconds: number) => number;
}

type Tier = '720p' | '1080p' | '1440p' | '4K';

const tiers: Readonly<Record<string, Tier>> = {
	'1280x720': '720p',
	'720x1280': '720p',
	'1920x1080': '1080p',
	'1080x1920': '1080p',
	'2560x1440': '1440p',
	'1440x2560': '1440p',
	'3840x2160': '4K',
	'2160x3840': '4K',
};

const resolutions = Object.keys(tiers);
const DEFAULT_RESOLUTION = '1920x1080';
const DEFAULT_FPS = 24;

const tierOf = (parameters: Parameters): Tier =>
	tiers[text(parameters, 'resolution') ?? DEFAULT_RESOLUTION] ?? '1080p';

const LONG = [6, 8, 10, 12, 14, 16, 18, 20];
const SHORT = [6, 8, 10];
const RATES = [24, 25, 48, 50];
const SLOW_RATES = [24, 25];

/** The durations in seconds that a model has at a resolution and a frame rate. */
function durationsOf(model: string, tier: Tier, fps: number): number[] {
	if (!RATES.includes(fps)) return [];
	const isLong =
		model.endsWith('-fast') && (tier === '720p' || tier === '1080p') && SLOW_RATES.includes(fps);
	return isLong ? LONG : SHORT;
}

/** US dollars for a second of video, as the vendor's page had them in September 2026. */
const videoPrices: Readonly<Record<string, Readonly<Record<Tier, number>>>> = {
	'ltx-2-5-fast': { '720p': 0.09, '1080p': 0.13, '1440p': 0.19, '4K': 0.3 },
	'ltx-2-5-pro': { '720p': 0.12, '1080p': 0.17, '1440p': 0.25, '4K': 0.39 },
	'ltx-2-3-fast': { '720p': 0.03, '1080p': 0.06, '1440p': 0.12, '4K': 0.24 },
	'ltx-2-3-pro': { '720p': 0.04, '1080p': 0.08, '1440p': 0.16, '4K': 0.32 },
};

/** US dollars for a second of the audio that a video is made from. */
const audioPrices: Readonly<Record<string, Readonly<Record<Tier, number>>>> = {
	...videoPrices,
	'ltx-2-3-pro': { '720p': 0.06, '1080p': 0.1, '1440p': 0.18, '4K': 0.34 },
};

const EDIT_PRICE = 0.1;
const HDR_PRICE = 0.2;
const MOST_FRAMES = 505;
const SHORTEST_AUDIO_S = 2;
const LONGEST_S = 20;
const MAX_PROMPT = 5_000;

const MODELS = Object.keys(videoPrices);
const uri: FieldRule = { type: 'string', required: true };
const prompt: FieldRule = { type: 'string', maxLength: MAX_PROMPT };
const choice = (...values: string[]): FieldRule => ({ type: 'choice', values });
const proModel = choice('ltx-2-3-pro');
const cameraMotion = choice(
	...['dolly_in', 'dolly_out', 'dolly_left', 'dolly_right'],
	...['jib_up', 'jib_down', 'static', 'focus_shift'],
);

const generation: Readonly<Record<string, FieldRule>> = {
	prompt: { ...prompt, required: true },
	model: { ...choice(...MODELS), required: true },
	duration: { type: 'integer', required: true, nullable: true },
	fps: { type: 'integer' },
	resolution: { ...choice(...resolutions), required: true },
	generate_audio: { type: 'boolean' },
	camera_motion: cameraMotion,
};

function problemOfGeneration(parameters: Parameters): string | undefined {
	const model = text(parameters, 'model') ?? '';
	const fps = number(parameters, 'fps') ?? DEFAULT_FPS;
	const allowed = durationsOf(model, tierOf(parameters), fps);
	if (allowed.length === 0) return `fps must be one of: ${RATES.join(', ')}`;
	if (parameters.duration === null) {
		if (!model.startsWith('ltx-2-5')) return `duration is required by model ${model}`;
		return 'last_frame_uri' in parameters ? 'last_frame_uri needs an explicit duration' : undefined;
	}
	const duration = number(parameters, 'duration');
	return duration !== undefined && allowed.includes(duration)
		? undefined
		: `duration of model ${model} must be one of: ${allowed.join(', ')}`;
}

function priceOfGeneration(parameters: Parameters, mediaSeconds: number): number {
	const rate = videoPrices[text(parameters, 'model') ?? '']?.[tierOf(parameters)] ?? 0;
	return rate * (number(parameters, 'duration') ?? mediaSeconds);
}

const audioModel = (parameters: Parameters) => text(parameters, 'model') ?? 'ltx-2-3-pro';

function problemOfAudio(parameters: Parameters, mediaSeconds: number): string | undefined {
	if (text(parameters, 'image_uri') === undefined) {
		if (!text(parameters, 'prompt')) return 'image_uri or prompt is required';
		if (text(parameters, 'last_frame_uri') !== undefined) return 'last_frame_uri needs image_uri';
	}
	const model = audioModel(parameters);
	const tier = tierOf(parameters);
	if (!RATES.includes(number(parameters, 'fps') ?? DEFAULT_FPS)) {
		return `fps must be one of: ${RATES.join(', ')}`;
	}
	const isSmall = tier === '720p' || tier === '1080p';
	const longest = isSmall && model !== 'ltx-2-5-pro' ? LONGEST_S : LONGEST_S / 2;
	return mediaSeconds < SHORTEST_AUDIO_S || mediaSeconds > longest
		? `audio must be from ${SHORTEST_AUDIO_S} to ${longest} seconds long`
		: undefined;
}

const framesOf = (seconds: number) => seconds * DEFAULT_FPS;

function billedByExtend(parameters: Parameters, mediaSeconds: number): number {
	const duration = number(parameters, 'duration') ?? 0;
	const most = MOST_FRAMES / DEFAULT_FPS;
	const context = number(parameters, 'context') ?? Math.min(LONGEST_S, mediaSeconds);
	return Math.min(most, duration + context);
}

const reframeResolutions = [
	...['720x720', '720x900', '900x720', '720x1280', '1280x720'],
	...['1080x1080', '1080x1350', '1350x1080', '1080x1920', '1920x1080'],
];

export const ltxRules: Readonly<Record<LtxEndpoint, LtxRule>> = {
	'text-to-video': {
		fields: generation,
		media: {},
		output: 'video_url',
		problem: problemOfGeneration,
		price: priceOfGeneration,
	},
	'image-to-video': {
		fields: { ...generation, image_uri: uri, last_frame_uri: { type: 'string' } },
		media: { image_uri: 'image', last_frame_uri: 'image' },
		output: 'video_url',
		problem: problemOfGeneration,
		price: priceOfGeneration,
	},
	'audio-to-video': {
		fields: {
			audio_uri: uri,
			image_uri: { type: 'string' },
			last_frame_uri: { type: 'string' },
			prompt,
			resolution: choice(...resolutions),
			model: choice('ltx-2-3-pro', 'ltx-2-5-fast', 'ltx-2-5-pro'),
			fps: { type: 'integer' },
			camera_motion: cameraMotion,
		},
		media: { audio_uri: 'audio', image_uri: 'image', last_frame_uri: 'image' },
		output: 'video_url',
		problem: problemOfAudio,
		price: (parameters, mediaSeconds) =>
			(audioPrices[audioModel(parameters)]?.[tierOf(parameters)] ?? 0) * mediaSeconds,
	},
	retake: {
		fields: {
			video_uri: uri,
			prompt,
			start_time: { type: 'number', required: true, min: 0 },
			duration: { type: 'number', required: true, min: 2 },
			mode: choice('replace_audio', 'replace_video', 'replace_audio_and_video'),
			resolution: choice('1920x1080', '1080x1920'),
			model: proModel,
		},
		media: { video_uri: 'video' },
		output: 'video_url',
		price: (_parameters, mediaSeconds) => EDIT_PRICE * mediaSeconds,
	},
	extend: {
		fields: {
			video_uri: uri,
			prompt,
			duration: { type: 'number', required: true, min: 2, max: LONGEST_S },
			mode: choice('start', 'end'),
			context: { type: 'number', min: 1, max: LONGEST_S },
			model: proModel,
		},
		media: { video_uri: 'video' },
		output: 'video_url',
		problem: (parameters) => {
			const seconds = (number(parameters, 'duration') ?? 0) + (number(parameters, 'context') ?? 0);
			return framesOf(seconds) > MOST_FRAMES
				? `context and duration must not exceed ${MOST_FRAMES} frames`
				: undefined;
		},
		price: (parameters, mediaSeconds) => EDIT_PRICE * billedByExtend(parameters, mediaSeconds),
	},
	'video-to-video-hdr': {
		fields: { video_uri: uri },
		media: { video_uri: 'video' },
		output: 'exr_frames_url',
		price: (_parameters, mediaSeconds) => HDR_PRICE * mediaSeconds,
	},
	'video-to-video-reframe': {
		fields: { video_uri: uri, resolution: { ...choice(...reframeResolutions), required: true } },
		media: { video_uri: 'video' },
		output: 'video_url',
		price: (parameters, mediaSeconds) => {
			const isLarge = text(parameters, 'resolution')?.includes('1080') ?? false;
			return (isLarge ? 0.2 : 0.1) * mediaSeconds;
		},
	},
};
