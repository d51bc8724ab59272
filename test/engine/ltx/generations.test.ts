import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { jsonOf, pairsOf } from '../fixtures';
import { byUri, fromItem, itemWithFiles, startLtxLab, type LtxLab } from './ltxLab';
import { shareLab } from '../setup';

interface Case {
	title: string;
	endpoint: string;
	/** What cannot be left out. */
	required: INodeParameters;
	/** What is sent when only that is filled in. */
	sentByDefault: IDataObject;
	/** Every other field. */
	others: INodeParameters;
	/** What is sent when all is filled in. */
	sentInFull: IDataObject;
	mimeType?: string;
}

const video = (operation: string, parameters: INodeParameters = {}): INodeParameters => ({
	resource: 'video',
	operation,
	...parameters,
});

/** An address that the API has given for an upload. */
const UPLOADED = expect.stringMatching(/^ltx:\/\/uploads\/[0-9a-f-]{36}$/) as string;
const PROMPT = 'A lighthouse';
const PHOTO_URL = 'https://example.com/photo.jpg';
const CLIP_URL = 'https://example.com/clip.mp4';
const SPEECH_URL = 'https://example.com/speech.mp3';

const generation = {
	others: { model: 'ltx-2-3-pro', resolution: '2160x3840', fps: 50, duration: 10 },
	sent: { model: 'ltx-2-3-pro', resolution: '2160x3840', fps: 50, duration: 10 },
	byDefault: {
		model: 'ltx-2-5-fast',
		resolution: '1280x720',
		fps: 24,
		duration: 6,
		generate_audio: true,
	},
};

const CASES: Case[] = [
	{
		title: 'From Text',
		endpoint: 'text-to-video',
		required: video('textToVideo', { prompt: PROMPT }),
		sentByDefault: { ...generation.byDefault, prompt: PROMPT },
		others: {
			...generation.others,
			generate_audio: false,
			options: { camera_motion: 'jib_up', concurrency: 3 },
		},
		sentInFull: {
			...generation.sent,
			prompt: PROMPT,
			generate_audio: false,
			camera_motion: 'jib_up',
		},
	},
	{
		title: 'From Image',
		endpoint: 'image-to-video',
		required: video('imageToVideo', { prompt: PROMPT, image_uri: fromItem('photo') }),
		sentByDefault: { ...generation.byDefault, prompt: PROMPT, image_uri: UPLOADED },
		others: {
			...generation.others,
			image_uri: byUri(PHOTO_URL),
			last_frame_uri: fromItem('last'),
			generate_audio: false,
			options: { camera_motion: 'dolly_in' },
		},
		sentInFull: {
			...generation.sent,
			prompt: PROMPT,
			image_uri: PHOTO_URL,
			last_frame_uri: UPLOADED,
			generate_audio: false,
			camera_motion: 'dolly_in',
		},
	},
	{
		title: 'From Audio',
		endpoint: 'audio-to-video',
		required: video('audioToVideo', { prompt: PROMPT, audio_uri: fromItem('speech') }),
		sentByDefault: { model: 'ltx-2-3-pro', fps: 24, prompt: PROMPT, audio_uri: UPLOADED },
		others: {
			audio_uri: byUri(SPEECH_URL),
			image_uri: fromItem('photo'),
			last_frame_uri: byUri(PHOTO_URL),
			model: 'ltx-2-5-pro',
			resolution: '1440x2560',
			fps: 48,
			options: { camera_motion: 'static' },
		},
		sentInFull: {
			audio_uri: SPEECH_URL,
			image_uri: UPLOADED,
			last_frame_uri: PHOTO_URL,
			prompt: PROMPT,
			model: 'ltx-2-5-pro',
			resolution: '1440x2560',
			fps: 48,
			camera_motion: 'static',
		},
	},
	{
		title: 'Retake',
		endpoint: 'retake',
		required: video('retake', { video_uri: fromItem('clip') }),
		sentByDefault: {
			video_uri: UPLOADED,
			start_time: 0,
			duration: 2,
			mode: 'replace_audio_and_video',
		},
		others: {
			video_uri: byUri(CLIP_URL),
			start_time: 1.5,
			duration: 2.25,
			mode: 'replace_audio',
			prompt: PROMPT,
			resolution: '1080x1920',
			options: { model: 'ltx-2-3-pro' },
		},
		sentInFull: {
			video_uri: CLIP_URL,
			start_time: 1.5,
			duration: 2.25,
			mode: 'replace_audio',
			prompt: PROMPT,
			resolution: '1080x1920',
			model: 'ltx-2-3-pro',
		},
	},
	{
		title: 'Extend',
		endpoint: 'extend',
		required: video('extend', { video_uri: fromItem('clip') }),
		sentByDefault: { video_uri: UPLOADED, duration: 5, mode: 'end' },
		others: {
			video_uri: byUri(CLIP_URL),
			duration: 8.5,
			mode: 'start',
			prompt: PROMPT,
			options: { context: 2.5, model: 'ltx-2-3-pro' },
		},
		sentInFull: {
			video_uri: CLIP_URL,
			duration: 8.5,
			mode: 'start',
			prompt: PROMPT,
			context: 2.5,
			model: 'ltx-2-3-pro',
		},
	},
	{
		title: 'Reframe',
		endpoint: 'video-to-video-reframe',
		required: video('reframe', { video_uri: fromItem('clip') }),
		sentByDefault: { video_uri: UPLOADED, resolution: '1080x1920' },
		others: { video_uri: byUri(CLIP_URL), resolution: '900x720' },
		sentInFull: { video_uri: CLIP_URL, resolution: '900x720' },
	},
	{
		title: 'To HDR',
		endpoint: 'video-to-video-hdr',
		required: video('toHdr', { video_uri: fromItem('clip') }),
		sentByDefault: { video_uri: UPLOADED },
		others: { video_uri: byUri(CLIP_URL) },
		sentInFull: { video_uri: CLIP_URL },
		mimeType: 'application/zip',
	},
];

const ITEMS = [itemWithFiles({ order: 1 }), itemWithFiles({ order: 2 })];

describe('generations', () => {
	let lab: LtxLab;
	shareLab(async () => (lab = await startLtxLab()));

	it.each(CASES)('$title sends nothing but what it must when nothing else is set', async (each) => {
		const { endpoint, required, sentByDefault } = each;
		const run = await lab.run(required, ITEMS);

		expect(run.error).toBeUndefined();
		const request = { path: `/v2/${endpoint}`, body: sentByDefault };
		expect(lab.submitted()).toEqual([request, request]);
	});

	it.each(CASES)('$title sends every field under its API name', async (each) => {
		const { endpoint, required, others, sentInFull } = each;
		const run = await lab.run({ ...required, ...others }, [itemWithFiles()]);

		expect(run.error).toBeUndefined();
		expect(lab.submitted()).toEqual([{ path: `/v2/${endpoint}`, body: sentInFull }]);
	});

	it.each(CASES)('$title puts out one finished, paired item for each', async (each) => {
		const { endpoint, required, mimeType = 'video/mp4' } = each;
		const run = await lab.run(required, ITEMS);

		expect(pairsOf(run.items())).toEqual([{ item: 0 }, { item: 1 }]);
		const jobIds = jsonOf(run.items()).map(({ jobId }) => jobId);
		const jobs = lab.service.jobs.all.slice(-ITEMS.length);
		expect([...jobIds].sort()).toEqual(jobs.map(({ id }) => `${endpoint}/${id}`).sort());
		expect(jsonOf(run.items())).toMatchObject(
			jobIds.map((jobId) => ({
				assetUrl: expect.stringContaining(`${lab.emulator.url}/storage/ltx/`) as string,
				jobId,
				status: 'completed',
				mimeType,
				expiresAt: null,
				createdAt: expect.stringMatching(/^2026-03-0/) as string,
				completedAt: expect.stringMatching(/^2026-03-0/) as string,
			})),
		);
		expect(lab.service.ledger.charges).toHaveLength(ITEMS.length);
	});

	it('belong to their items', async () => {
		const prompts = ['A lake', 'A river', 'A sea'];
		const items = prompts.map((prompt) => ({ json: { prompt } }));
		const run = await lab.run(video('textToVideo', { prompt: '={{ $json.prompt }}' }), items);

		const made = new Map(
			lab.service.jobs.all.map(({ id, parameters }) => [`text-to-video/${id}`, parameters.prompt]),
		);
		const ids = jsonOf(run.items()).map(({ jobId }) => jobId as string);
		expect(ids.map((jobId) => made.get(jobId))).toEqual(prompts);
	});

	it('take null, as it comes from a database, for nothing', async () => {
		const run = await lab.run(
			video('imageToVideo', {
				prompt: PROMPT,
				image_uri: byUri(PHOTO_URL),
				last_frame_uri: byUri('={{ $json.last }}'),
				waitMode: 'none',
			}),
			[{ json: { last: null } }],
		);
		expect(run.error).toBeUndefined();
		expect(lab.submitted()).toHaveLength(1);
	});

	it('take a duration that the model chooses', async () => {
		const run = await lab.run(video('textToVideo', { prompt: PROMPT, duration: 'auto' }));

		expect(run.error).toBeUndefined();
		expect(lab.submitted()[0]?.body.duration).toBeNull();
	});

	it('are downloaded where that is wanted, and come as the API tells them', async () => {
		const [text] = CASES;
		const run = await lab.run({ ...text?.required, options: { simplify: false } });

		const [item] = run.items();
		expect(item?.binary?.data).toMatchObject({
			mimeType: 'video/mp4',
			fileName: expect.stringMatching(/^a-lighthouse.*\.mp4$/i) as string,
		});
		expect(item?.json).toMatchObject({
			status: 'completed',
			jobId: expect.stringMatching(/^text-to-video\//) as string,
			result: { video_url: expect.stringContaining('/storage/ltx/') as string },
		});
	});

	it('to HDR are downloaded as an archive', async () => {
		const run = await lab.run(video('toHdr', { video_uri: fromItem('clip') }), [itemWithFiles()]);
		expect(run.items()[0]?.binary?.data?.fileName).toMatch(/\.zip$/);
	});

	it('have sent every parameter of every endpoint', () => {
		const { parameters } = lab.contract.coverage;
		expect(parameters.missing).toEqual([]);
	});
});
