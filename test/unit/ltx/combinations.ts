import { ltxRules } from '../../emulator/ltx/endpoints';

const MODELS = ['ltx-2-5-fast', 'ltx-2-5-pro', 'ltx-2-3-fast', 'ltx-2-3-pro', 'ltx-2-fast'];
const RESOLUTIONS = [
	...['1280x720', '1920x1080', '2560x1440', '3840x2160', '720x1280', '1080x1920'],
	...['1440x2560', '2160x3840', '640x480'],
];
const FRAME_RATES = [24, 25, 30, 48, 50];
const DURATIONS = [5, 6, 7, 8, 10, 12, 20, 22, 'auto'];
const LAST_FRAMES = ['', 'https://example.com/last.jpg'];

/** What of a video from an image has to go together. */
export interface Combination {
	model: string;
	resolution: string;
	fps: number;
	duration: number | string;
	lastFrame: string;
}

/** Every model with every size, frame rate, duration and last frame, those that do not exist among them. */
export const combinations = MODELS.flatMap((model) =>
	RESOLUTIONS.flatMap((resolution) =>
		FRAME_RATES.flatMap((fps) =>
			DURATIONS.flatMap((duration) =>
				LAST_FRAMES.map((lastFrame): Combination => ({
					...{ model, resolution, fps, duration, lastFrame },
				})),
			),
		),
	),
);

/** Whether the API takes it, by the vendor's pages as the emulator has them. */
export const isAllowed = ({ model, resolution, fps, duration, lastFrame }: Combination) =>
	model !== 'ltx-2-fast' &&
	resolution !== '640x480' &&
	ltxRules['image-to-video'].problem?.(
		{
			...{ model, resolution, fps, duration: duration === 'auto' ? null : duration },
			...(lastFrame === '' ? {} : { last_frame_uri: lastFrame }),
		},
		0,
	) === undefined;
