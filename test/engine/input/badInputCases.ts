import type { INodeParameters } from 'n8n-workflow';

import { byId, UNKNOWN_ASSET, UNKNOWN_JOB } from '../fixtures';

/** A value that a field must not have. */
export interface BadInputCase {
	title: string;
	/** The form around the field. */
	form: INodeParameters;
	/** Puts a value, or an expression for it, into the field. */
	fill: (value: string) => INodeParameters;
	good: unknown;
	bad: unknown;
	/** What the error says: the field as the form shows it, the value given, and what would be right. */
	says: string[];
}

const text = (length: number) => 'x'.repeat(length);

const plain = (name: string) => (value: string) => ({ [name]: value });
const located = (name: string) => (value: string) => ({ [name]: byId(value) });
const option = (name: string) => (value: string) => ({ options: { [name]: value } });

const create = { resource: 'image', operation: 'create', prompt: 'a fox', model: 'flux' };
const edit = {
	resource: 'image',
	operation: 'edit',
	prompt: 'a fox',
	model: 'flux',
	referenceAssetId: byId(UNKNOWN_ASSET),
};
const ltx = {
	resource: 'video',
	operation: 'createLtx',
	prompt: 'a fox',
	startAssetId: byId(UNKNOWN_ASSET),
};
const veo = { resource: 'video', operation: 'createVeo', prompt: 'a fox' };
const veo3 = { ...veo, model: 'veo3' };
const upload = { resource: 'asset', operation: 'upload' };

const empty = (label: string) => `"${label}" is empty`;
const given = (label: string, value: string | number) => `"${label}" is "${value}"`;

const tooLong = (label: string, name: string): BadInputCase => ({
	title: `${label} of more than 2000 characters`,
	form: create,
	fill: name === 'prompt' ? plain(name) : option(name),
	good: text(2000),
	bad: text(2001),
	says: [`"${label}" has 2001 characters: "xxx`, 'up to 2000'],
});

const halfAnEmoji = (label: string, fill: BadInputCase['fill']): BadInputCase => ({
	title: `${label} that was cut within an emoji`,
	form: create,
	fill,
	good: 'a 🦊',
	bad: 'a \ud83e',
	says: [`"${label}" has half of a character`],
});

const outside = (
	label: string,
	fill: BadInputCase['fill'],
	[min, max]: [number, number],
	bad: unknown,
	form: INodeParameters = create,
): BadInputCase => ({
	title: `${label} of ${String(bad)}`,
	form,
	fill,
	good: min,
	bad,
	says: [given(label, String(bad)), `number from ${min} to ${max}`],
});

const JOB_ID = 'a job ID such as email:name@example.com-job:';
const VIDEO_ASSET = UNKNOWN_ASSET.replace('image/png', 'video/mp4');
const ASSET_ID = 'the asset ID of a picture, such as asset:';

export const badInputCases: BadInputCase[] = [
	{
		title: 'an empty prompt',
		form: create,
		fill: plain('prompt'),
		good: 'a fox',
		bad: ' ',
		says: [empty('Prompt')],
	},
	tooLong('Prompt', 'prompt'),
	halfAnEmoji('Prompt', plain('prompt')),
	halfAnEmoji('Location', option('location')),
	tooLong('Location', 'location'),
	tooLong('Weather', 'weather'),
	tooLong('Lighting', 'lighting'),
	{
		title: 'an LTX video without any frame',
		form: ltx,
		fill: located('startAssetId'),
		good: UNKNOWN_ASSET,
		bad: '',
		says: [
			'"Start Frame" is empty: {{ $json.value }} found nothing. "End Frame" is empty.',
			'LTX Video starts or ends with a picture',
			'Asset > Upload',
			'Image > Create',
			'Veo 3',
			'One of the two is enough',
		],
	},
	{
		title: 'Veo 2 without a start frame',
		form: { ...veo, model: 'veo2' },
		fill: located('startAssetId'),
		good: UNKNOWN_ASSET,
		bad: '',
		says: [empty('Start Frame'), 'Veo 3 and Veo 3 Fast can do without'],
	},
	{
		title: 'Veo 3 with neither prompt nor start frame',
		form: veo3,
		fill: plain('prompt'),
		good: 'a fox',
		bad: '',
		says: [empty('Prompt'), empty('Start Frame'), 'Veo 3 makes a video of either, or of both'],
	},
	{
		title: 'a duration that LTX lacks',
		form: ltx,
		fill: plain('duration'),
		good: '30',
		bad: '4',
		says: [given('Duration', 4), 'one of 3, 5, 7, 9, 15, 30'],
	},
	{
		title: 'a duration that Veo 3 lacks',
		form: veo3,
		fill: plain('duration'),
		good: 8,
		bad: 5,
		says: [given('Duration', 5), 'It must be 8'],
	},
	{
		title: 'an aspect ratio that Veo 3 lacks',
		form: veo3,
		fill: plain('aspectRatio'),
		good: '16:9',
		bad: '9:16',
		says: [given('Aspect Ratio', '9:16'), 'It must be 16:9'],
	},
	{
		title: 'an aspect ratio that Veo 2 lacks',
		form: { ...veo, model: 'veo2', startAssetId: byId(UNKNOWN_ASSET) },
		fill: plain('aspectRatio'),
		good: '9:16',
		bad: '1:1',
		says: [given('Aspect Ratio', '1:1'), 'one of 16:9, 9:16'],
	},
	{
		title: 'a resolution that Veo 3 lacks',
		form: veo3,
		fill: plain('resolution'),
		good: '720p',
		bad: '4k',
		says: [given('Resolution', '4k'), 'one of 1080p, 720p'],
	},
	{
		title: 'a resolution with Veo 2',
		form: { ...veo, startAssetId: byId(UNKNOWN_ASSET), resolution: '720p' },
		fill: plain('model'),
		good: 'veo3',
		bad: 'veo2',
		says: [given('Resolution', '720p'), 'left empty with Veo 2', 'Veo 3 and Veo 3 Fast'],
	},
	{
		title: 'a third image with FLUX.1 Kontext',
		form: { ...edit, model: '={{ "flux" }}' },
		fill: located('referenceAssetId3'),
		good: '',
		bad: UNKNOWN_ASSET,
		says: [
			given('Third Image', UNKNOWN_ASSET),
			'left empty with FLUX.1 Kontext',
			'FLUX.1 Kontext Max and Nano Banana',
		],
	},
	{
		title: 'an aspect ratio with an edit by Nano Banana',
		form: { ...edit, aspectRatio: '1:1' },
		fill: plain('model'),
		good: 'flux',
		bad: 'nano-banana',
		says: [given('Aspect Ratio', '1:1'), 'left empty with Nano Banana'],
	},
	{
		title: 'an edit without its source',
		form: edit,
		fill: located('referenceAssetId'),
		good: UNKNOWN_ASSET,
		bad: '',
		says: [empty('Source Image'), 'the asset ID of the image to edit'],
	},
	{
		title: 'a style with another model than FLUX.1 Kontext',
		form: { ...create, style: 'anime' },
		fill: plain('model'),
		good: 'flux',
		bad: 'nano-banana',
		says: [given('Style', 'anime'), 'left empty with Nano Banana', 'It is for FLUX.1 Kontext'],
	},
	{
		title: 'a reference strength with another model than FLUX.1 Kontext',
		form: { ...create, model: '={{ "flux-premium" }}', referenceAssetId: byId('={{ "" }}') },
		fill: plain('reference_strength'),
		good: 50,
		bad: 60,
		says: [given('Reference Strength', 60), 'left empty with FLUX.1 Kontext Max'],
	},
	{
		title: 'a model that does not exist',
		form: create,
		fill: plain('model'),
		good: 'flux',
		bad: 'dall-e',
		says: [given('Model', 'dall-e'), 'one of flux, flux-premium, nano-banana'],
	},
	...[-1, 101, 0.5, 'strong'].map((bad) =>
		outside('Reference Strength', plain('reference_strength'), [0, 100], bad, {
			...create,
			referenceAssetId: byId(UNKNOWN_ASSET),
		}),
	),
	...[0, 21, 1.5].map((bad) =>
		outside('Poll by API (Attempts)', option('pollForResult'), [1, 20], bad),
	),
	...[0, 101].map((bad) => outside('Maximum Running Jobs', option('maxJobs'), [1, 100], bad)),
	outside('Maximum Running Jobs', plain('maxJobs'), [1, 100], 101, {
		resource: 'account',
		operation: 'create',
		cookieSource: 'parameter',
		cookie: 'lt_id=a; lt_token=b; lt_refresh_token=c',
	}),
	...(['getJob', 'waitForJob', 'cancel'] as const).map((operation) => ({
		title: `a job ID that is none, for scheduler: ${operation}`,
		form: { resource: 'scheduler', operation },
		fill: located('jobId'),
		good: UNKNOWN_JOB,
		bad: 'job-4711',
		says: [given('Job', 'job-4711'), JOB_ID],
	})),
	{
		title: 'a job ID among several that is none',
		form: { resource: 'scheduler', operation: 'waitForJob' },
		fill: located('jobId'),
		good: UNKNOWN_JOB,
		bad: `${UNKNOWN_JOB}, job-4711`,
		says: [given('Job', 'job-4711'), JOB_ID],
	},
	{
		title: 'the job of a video where an image is to be upscaled',
		form: { resource: 'image', operation: 'upscale' },
		fill: located('jobId'),
		good: UNKNOWN_JOB.replace('video', 'image'),
		bad: UNKNOWN_JOB,
		says: [`"Image Job" is "${UNKNOWN_JOB.slice(0, 80)}`, 'the job of an image, such as email:'],
	},
	...(
		[
			['Start Frame', 'startAssetId', ltx],
			['End Frame', 'endAssetId', ltx],
			['Source Image', 'referenceAssetId', edit],
			['Reference Image', 'referenceAssetId', create],
		] as const
	).map(([label, name, form]) => ({
		title: `an asset ID that is none, as ${label}`,
		form,
		fill: located(name),
		good: UNKNOWN_ASSET,
		bad: 'https://example.com/a.png',
		says: [given(label, 'https://example.com/a.png'), ASSET_ID],
	})),
	{
		title: 'a video as Start Frame',
		form: ltx,
		fill: located('startAssetId'),
		good: UNKNOWN_ASSET,
		bad: VIDEO_ASSET,
		says: [given('Start Frame', VIDEO_ASSET), ASSET_ID],
	},
	{
		title: 'an account that is no e-mail address',
		form: create,
		fill: located('email'),
		good: 'creator@example.com',
		bad: 'creator',
		says: [given('Account', 'creator'), 'such as name@example.com'],
	},
	{
		title: 'a reply URL that is none',
		form: create,
		fill: option('replyUrl'),
		good: 'https://example.com/callback',
		bad: 'ftp://example.com',
		says: [given('Reply URL', 'ftp://example.com'), 'starts with http:// or https://'],
	},
	{
		title: 'a reply reference that is too long',
		form: create,
		fill: option('replyRef'),
		good: text(128),
		bad: text(129),
		says: ['"Reply Reference" has 129 characters', 'up to 128'],
	},
	{
		title: 'a binary field that is not there',
		form: upload,
		fill: plain('binaryPropertyName'),
		good: 'data',
		bad: 'photo',
		says: [given('Input Data Field Name', 'photo'), 'It must be data'],
	},
	{
		title: 'a MIME type that is none',
		form: upload,
		fill: option('mimeType'),
		good: 'image/png',
		bad: 'png',
		says: [given('MIME Type', 'png'), 'a MIME type such as image/png'],
	},
	...['photo.png', 'ftp://example.com/photo.png'].map((bad) => ({
		title: `a file URL such as ${bad}`,
		form: { ...upload, source: 'url' },
		fill: plain('url'),
		good: 'https://example.com/photo.png',
		bad,
		says: [given('File URL', bad), 'an address that starts with http:// or https://'],
	})),
	{
		title: 'a cookie that lacks a part',
		form: { resource: 'account', operation: 'create', cookieSource: 'parameter' },
		fill: plain('cookie'),
		good: 'lt_id=a; lt_token=b; lt_refresh_token=c',
		bad: 'lt_id=a; lt_token=secretToken; other=d',
		says: ['"Cookie" is "a cookie with lt_id, lt_token"', 'a cookie with lt_refresh_token too'],
	},
	{
		title: 'an account to get that is no e-mail address',
		form: { resource: 'account', operation: 'get' },
		fill: located('email'),
		good: 'creator@example.com',
		bad: '4711',
		says: [given('Account', '4711'), 'such as name@example.com'],
	},
	...['a.png', 'file:///etc/passwd'].map((bad) => ({
		title: `an asset URL such as ${bad}`,
		form: { resource: 'asset', operation: 'download' },
		fill: plain('assetUrl'),
		good: 'https://example.com/a.png',
		bad,
		says: [given('Asset URL', bad), 'the address of a file, starting with https://'],
	})),
	...(['getAll', 'upload'] as const).map((operation) => ({
		title: `an account that is no e-mail address, for asset: ${operation}`,
		form: { resource: 'asset', operation },
		fill: located('email'),
		good: 'creator@example.com',
		bad: 'creator',
		says: [given('Account', 'creator'), 'such as name@example.com'],
	})),
	{
		title: 'a limit of none',
		form: { resource: 'asset', operation: 'getAll' },
		fill: plain('limit'),
		good: 1,
		bad: 0,
		says: [given('Limit', 0), 'a whole number of 1 or more'],
	},
	{
		title: 'a switch that is neither on nor off',
		form: ltx,
		fill: plain('audioSFX'),
		good: true,
		bad: 'loud',
		says: [given('Sound', 'loud'), 'true or false'],
	},
];
