export const JOB_ID = 'email:user@example.com-job:7a34b821-9fd0-205e-d21b-4abc6f7839e7-type:image';
export const VIDEO_JOB_ID = JOB_ID.replace('type:image', 'type:video');
export const IMAGE = 'asset:3b18-type:image/png';
export const COOKIE = 'lt_id=user123; lt_token=eyJ; lt_refresh_token=abc123';

interface Body {
	/** Below `/v1/ltxstudio/`. */
	path: string;
	body: object;
}

const frame = { prompt: 'Waves', startAssetId: IMAGE };
const veo3 = { prompt: 'Waves', model: 'veo3' };
const edit = { prompt: 'Rain', referenceAssetId: IMAGE };
const reference = { referenceAssetId: IMAGE, reference_strength: 0 };

/** Bodies that keep the contract at its edges. */
export const goodBodies: Body[] = [
	{ path: 'accounts', body: { cookie: COOKIE, maxJobs: 100 } },
	{ path: 'images/create', body: { prompt: 'Waves' } },
	{ path: 'images/create', body: { prompt: 'x'.repeat(2000), ...reference, style: 'y2k' } },
	{ path: 'images/create', body: { prompt: 'Waves', model: 'nano-banana', aspectRatio: '1:1' } },
	{ path: 'images/edit', body: { ...edit, referenceAssetId2: IMAGE, aspectRatio: '9:16' } },
	{ path: 'images/edit', body: { ...edit, model: 'flux-premium', referenceAssetId3: IMAGE } },
	{ path: 'images/edit', body: { ...edit, model: 'nano-banana', referenceAssetId3: IMAGE } },
	{ path: 'images/upscale', body: { jobId: JOB_ID, pollForResult: 20 } },
	{ path: 'videos/ltx-create', body: frame },
	{ path: 'videos/ltx-create', body: { prompt: 'Waves', endAssetId: IMAGE, duration: '30' } },
	{
		path: 'videos/veo-create',
		body: { startAssetId: IMAGE, duration: '6', aspectRatio: '9:16' },
	},
	{ path: 'videos/veo-create', body: { ...veo3, duration: '8', resolution: '720p' } },
];

/** Bodies that break the contract in one place each, and what is wrong with them. */
export const brokenBodies: Array<Body & { problem: string }> = [
	{
		path: 'accounts',
		body: { cookie: 'lt_id=user123; lt_token=eyJ' },
		problem: '/cookie must match pattern',
	},
	{
		path: 'accounts',
		body: { cookie: COOKIE, maxJobs: 101 },
		problem: '/maxJobs must be <= 100',
	},
	{
		path: 'images/create',
		body: {},
		problem: "must have required property 'prompt'",
	},
	{
		path: 'images/create',
		body: { prompt: '' },
		problem: '/prompt must NOT have fewer than 1 characters',
	},
	{
		path: 'images/create',
		body: { prompt: 'x'.repeat(2001) },
		problem: '/prompt must NOT have more than 2000 characters',
	},
	{
		path: 'images/create',
		body: { prompt: 'Waves', colour: 'red' },
		problem: 'unknown key "colour"',
	},
	{
		path: 'images/create',
		body: { prompt: 'Waves', seed: '5' },
		problem: '/seed must be integer',
	},
	{
		path: 'images/create',
		body: { prompt: 'Waves', reference_strength: 101 },
		problem: '/reference_strength must be <= 100',
	},
	{
		path: 'images/create',
		body: { prompt: 'Waves', model: 'nano-banana', style: 'pop' },
		problem: '/style does not go with the rest',
	},
	{
		path: 'images/create',
		body: { prompt: 'Waves', model: 'flux-premium', ...reference },
		problem: '/referenceAssetId does not go with the rest',
	},
	{
		path: 'images/create',
		body: { prompt: 'Waves', model: 'flux-premium', reference_strength: 1 },
		problem: '/reference_strength does not go with the rest',
	},
	{
		path: 'images/edit',
		body: { prompt: 'Rain' },
		problem: "must have required property 'referenceAssetId'",
	},
	{
		path: 'images/edit',
		body: { ...edit, referenceAssetId3: IMAGE },
		problem: '/referenceAssetId3 does not go with the rest',
	},
	{
		path: 'images/edit',
		body: { ...edit, model: 'nano-banana', aspectRatio: '1:1' },
		problem: '/aspectRatio does not go with the rest',
	},
	{
		path: 'images/upscale',
		body: { jobId: VIDEO_JOB_ID },
		problem: '/jobId must match pattern',
	},
	{
		path: 'images/upscale',
		body: { jobId: JOB_ID, pollForResult: 21 },
		problem: '/pollForResult must be <= 20',
	},
	{
		path: 'videos/ltx-create',
		body: { prompt: 'Waves' },
		problem: "must have required property 'startAssetId'",
	},
	{
		path: 'videos/ltx-create',
		body: { ...frame, startAssetId: JOB_ID },
		problem: '/startAssetId must match pattern',
	},
	{
		path: 'videos/ltx-create',
		body: { ...frame, duration: '4' },
		problem: '/duration must be one of',
	},
	{
		path: 'videos/ltx-create',
		body: { ...frame, replyUrl: 'no URL' },
		problem: '/replyUrl must match format "uri"',
	},
	{
		path: 'videos/veo-create',
		body: { prompt: 'Waves' },
		problem: "must have required property 'startAssetId'",
	},
	{
		path: 'videos/veo-create',
		body: { model: 'veo3' },
		problem: "must have required property 'prompt'",
	},
	{
		path: 'videos/veo-create',
		body: { startAssetId: IMAGE, resolution: '720p' },
		problem: '/resolution does not go with the rest',
	},
	{
		path: 'videos/veo-create',
		body: { ...veo3, duration: '5' },
		problem: '/duration must be "8"',
	},
	{
		path: 'videos/veo-create',
		body: { ...veo3, aspectRatio: '9:16' },
		problem: '/aspectRatio must be "16:9"',
	},
];
