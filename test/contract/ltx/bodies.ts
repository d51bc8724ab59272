export const IMAGE = 'https://example.com/photo.jpg';
export const VIDEO = 'https://example.com/clip.mp4';
export const AUDIO = 'https://example.com/speech.mp3';

interface Body {
	/** Below `/v2/`. */
	path: string;
	body: object;
}

export const text = {
	prompt: 'Waves',
	model: 'ltx-2-5-fast',
	duration: 8,
	resolution: '1920x1080',
};
const image = { ...text, image_uri: IMAGE };
const audio = { audio_uri: AUDIO, prompt: 'A singer' };
const retake = { video_uri: VIDEO, start_time: 0, duration: 2 };
const extend = { video_uri: VIDEO, duration: 5 };

/** Bodies that keep the contract at its edges; of each way to make a video one has every parameter. */
export const goodBodies: Body[] = [
	{ path: 'text-to-video', body: { ...text, model: 'ltx-2-3-pro', resolution: '2160x3840' } },
	{ path: 'text-to-video', body: { ...text, duration: null } },
	{
		path: 'text-to-video',
		body: { ...text, fps: 25, duration: 20, generate_audio: false, camera_motion: 'jib_up' },
	},
	{ path: 'image-to-video', body: image },
	{
		path: 'image-to-video',
		body: {
			...{ ...image, last_frame_uri: IMAGE, prompt: 'x'.repeat(5000) },
			...{ fps: 50, generate_audio: true, camera_motion: 'focus_shift' },
		},
	},
	{ path: 'audio-to-video', body: audio },
	{
		path: 'audio-to-video',
		body: {
			...{ ...audio, prompt: '', image_uri: IMAGE, last_frame_uri: IMAGE },
			...{ model: 'ltx-2-5-pro', resolution: '1440x2560', fps: 48, camera_motion: 'static' },
		},
	},
	{ path: 'retake', body: retake },
	{
		path: 'retake',
		body: {
			...{ ...retake, prompt: 'Rain', start_time: 1.5, mode: 'replace_audio' },
			...{ resolution: '1080x1920', model: 'ltx-2-3-pro' },
		},
	},
	{ path: 'extend', body: extend },
	{
		path: 'extend',
		body: { ...extend, prompt: 'On', mode: 'start', context: 1, model: 'ltx-2-3-pro' },
	},
	{ path: 'video-to-video-hdr', body: { video_uri: VIDEO } },
	{ path: 'video-to-video-reframe', body: { video_uri: VIDEO, resolution: '1080x1350' } },
];

/** Bodies that break the contract in one place each, and what is wrong with them. */
export const brokenBodies: Array<Body & { problem: string }> = [
	{ path: 'text-to-video', body: {}, problem: "must have required property 'prompt'" },
	{
		path: 'text-to-video',
		body: { ...text, duration: undefined },
		problem: "must have required property 'duration'",
	},
	{
		path: 'text-to-video',
		body: { ...text, duration: 6.5 },
		problem: '/duration must be integer,null',
	},
	{
		path: 'text-to-video',
		body: { ...text, prompt: 'x'.repeat(5001) },
		problem: '/prompt must NOT have more than 5000 characters',
	},
	{
		path: 'text-to-video',
		body: { ...text, model: 'ltx-2-fast' },
		problem: '/model must be one of',
	},
	{
		path: 'text-to-video',
		body: { ...text, camera_motion: 'none' },
		problem: '/camera_motion must be one of',
	},
	{ path: 'text-to-video', body: { ...text, seed: 1 }, problem: 'unknown key "seed"' },
	{
		path: 'image-to-video',
		body: text,
		problem: "must have required property 'image_uri'",
	},
	{
		path: 'image-to-video',
		body: { ...image, generate_audio: 'yes' },
		problem: '/generate_audio must be boolean',
	},
	{
		path: 'audio-to-video',
		body: { audio_uri: AUDIO },
		problem: "must have required property 'image_uri'",
	},
	{
		path: 'audio-to-video',
		body: { ...audio, last_frame_uri: IMAGE },
		problem: 'must have property image_uri when property last_frame_uri is present',
	},
	{
		path: 'audio-to-video',
		body: { ...audio, model: 'ltx-2-3-fast' },
		problem: '/model must be one of',
	},
	{
		path: 'audio-to-video',
		body: { ...audio, guidance_scale: 5 },
		problem: 'unknown key "guidance_scale"',
	},
	{
		path: 'retake',
		body: { video_uri: VIDEO, duration: 2 },
		problem: "must have required property 'start_time'",
	},
	{ path: 'retake', body: { ...retake, start_time: -1 }, problem: '/start_time must be >= 0' },
	{ path: 'retake', body: { ...retake, duration: 1.9 }, problem: '/duration must be >= 2' },
	{ path: 'retake', body: { ...retake, mode: 'replace' }, problem: '/mode must be one of' },
	{
		path: 'retake',
		body: { ...retake, resolution: '1280x720' },
		problem: '/resolution must be one of',
	},
	{ path: 'extend', body: { ...extend, duration: 21 }, problem: '/duration must be <= 20' },
	{ path: 'extend', body: { ...extend, context: 0.5 }, problem: '/context must be >= 1' },
	{ path: 'extend', body: { ...extend, mode: 'middle' }, problem: '/mode must be one of' },
	{
		path: 'video-to-video-hdr',
		body: {},
		problem: "must have required property 'video_uri'",
	},
	{
		path: 'video-to-video-reframe',
		body: { video_uri: VIDEO, resolution: '640x480' },
		problem: '/resolution must be one of',
	},
];
