import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { everythingOf } from '../fixtures';
import type { BinarySpec } from '../harness/items';
import { byUri, fromItem, itemWithFiles, startLtxLab, TEXT_TO_VIDEO, type LtxLab } from './ltxLab';
import { shareLab } from '../setup';

const IMAGE_TO_VIDEO: INodeParameters = {
	...TEXT_TO_VIDEO,
	operation: 'imageToVideo',
	image_uri: fromItem('photo'),
};
const JOB_ID = 'text-to-video/7a34b821-9fd0-405e-921b-4abc6f7839e7';

let lab: LtxLab;
shareLab(async () => (lab = await startLtxLab()));

describe('bad input is named before anything is sent', () => {
	const video = (operation: string, parameters: INodeParameters): INodeParameters => ({
		...{ resource: 'video', operation, prompt: 'x', video_uri: fromItem('clip') },
		...parameters,
	});

	it.each<[string, INodeParameters, string, string]>([
		[
			'no prompt',
			{ ...TEXT_TO_VIDEO, prompt: '={{ "" }}' },
			'"Prompt" is missing',
			'Item 1 of 1: ',
		],
		[
			'a prompt that is too long',
			{ ...TEXT_TO_VIDEO, prompt: 'x'.repeat(5001) },
			'"Prompt" is too long',
			'has 5001 characters',
		],
		[
			'an unknown model',
			{ ...TEXT_TO_VIDEO, model: '={{ "ltx-2-pro" }}' },
			'"Model" is not valid',
			'ltx-2-5-fast, ltx-2-5-pro, ltx-2-3-fast, ltx-2-3-pro',
		],
		[
			'a duration that the model does not have',
			{ ...TEXT_TO_VIDEO, model: 'ltx-2-3-pro', duration: '={{ 12 }}' },
			'"Duration" is not valid',
			'6, 8, 10 with LTX-2.3 Pro, 1280x720 and 24 frames a second',
		],
		[
			'sleep',
			{ ...TEXT_TO_VIDEO, waitMode: '={{ "webhook" }}' },
			'"Wait for Result" is not valid',
			'poll, none',
		],
		[
			'a field without a file',
			{ ...IMAGE_TO_VIDEO, image_uri: fromItem('nothing') },
			'"Image" is not valid',
			'photo, last, clip, speech',
		],
		[
			'an expression that finds no name of a field, although there is a file called "data"',
			{ ...IMAGE_TO_VIDEO, image_uri: fromItem('={{ $json.nothing }}') },
			'"Image" is missing',
			'{{ $json.nothing }} found nothing',
		],
		[
			'an expression that finds no address',
			{ ...IMAGE_TO_VIDEO, image_uri: byUri('={{ $json.nothing }}') },
			'"Image" is missing',
			'https:// and a domain',
		],
		[
			'a file of another kind',
			{ ...IMAGE_TO_VIDEO, image_uri: fromItem('clip') },
			'"Image" is not valid',
			'a file that is PNG, JPEG or WebP, and not video/mp4',
		],
		[
			'an address without TLS',
			{ ...IMAGE_TO_VIDEO, image_uri: byUri('={{ "http://example.com/a.png" }}') },
			'"Image" is not valid',
			'starts with https:// and a domain, or with ltx://',
		],
		[
			'an address that is a number',
			{ ...IMAGE_TO_VIDEO, image_uri: byUri('={{ "https://127.0.0.1?a.png" }}') },
			'"Image" is not valid',
			'https:// and a domain',
		],
		[
			'a duration of its own and a last frame',
			{
				...{ ...IMAGE_TO_VIDEO, model: 'ltx-2-5-pro', duration: '={{ "auto" }}' },
				last_frame_uri: fromItem('last'),
			},
			'"Duration" is not valid',
			'a number of seconds, as there is a "Last Frame"',
		],
		[
			'a part that is too short',
			video('retake', { duration: '={{ 1 }}' }),
			'"Duration (Seconds)" is not valid',
			'2 or more',
		],
		[
			'too much of a video',
			video('extend', { duration: '={{ 21 }}' }),
			'"Duration (Seconds)" is not valid',
			'from 2 to 20',
		],
		[
			'an unknown shape',
			video('reframe', { resolution: '={{ "640x480" }}' }),
			'"Resolution" is not valid',
			'1920x1080',
		],
		[
			"a job ID that is the API's own",
			{ resource: 'job', operation: 'get', jobId: '7a34b821-9fd0-405e-921b-4abc6f7839e7' },
			'"Job ID" is not valid',
			'text-to-video/7a34b821',
		],
		[
			'several job IDs of which one is none',
			{ resource: 'job', operation: 'waitForJob', jobId: `${JOB_ID}, nonsense` },
			'"Job ID" is not valid',
			'"nonsense"',
		],
		[
			'no address to download',
			{ resource: 'asset', operation: 'download', assetUrl: 'video.mp4' },
			'"Asset URL" is not valid',
			'https://',
		],
	])('%s', async (_name, parameters, message, description) => {
		const run = await lab.run(parameters, [itemWithFiles()]);
		expect(run.error).toMatchObject({
			message,
			description: expect.stringContaining(description) as string,
		});
		expect(lab.emulator.requests).toEqual([]);
	});
});

/** A file of so many megabytes more than its beginning. */
function enlarged(start: Buffer, megabytes: number): Buffer {
	const data = Buffer.alloc(start.length + megabytes * 1024 * 1024);
	start.copy(data);
	return data;
}

describe('files that the API does not take', () => {
	const file = (data: string | Buffer, mimeType: string, fileName = 'x') => ({
		data: typeof data === 'string' ? Buffer.from(data, 'latin1') : data,
		mimeType,
		fileName,
	});
	/** What a WAV file begins with that holds sound of such a format. */
	const wav = (format: string, before = '') =>
		file(
			`RIFF\0\0\0\0WAVE${before}fmt \x10\0\0\0${format.padEnd(24, '\0')}\0and sound`,
			'audio/wav',
		);
	/** What a recorder says of itself before it says how it stores sound; its length is odd. */
	const BROADCAST = `bext\x5b\x02\0\0${'x'.repeat(0x25b)}\0`;
	const PNG = file('\x89PNG\r\n\x1a\nphoto', 'image/png');
	const LARGE = file(enlarged(PNG.data, 15), 'image/png');
	const FROM_AUDIO: INodeParameters = {
		resource: 'video',
		operation: 'audioToVideo',
		prompt: 'A voice',
		audio_uri: fromItem('photo'),
	};
	const RETAKE: INodeParameters = {
		...{ resource: 'video', operation: 'retake', prompt: 'x', duration: 2 },
		video_uri: fromItem('photo'),
	};
	const EXTEND: INodeParameters = { ...RETAKE, operation: 'extend' };
	const CLIP = file('\0\0\0\x18ftypmp42', 'video/mp4');
	const LARGE_CLIP = file(enlarged(CLIP.data, 100), 'video/mp4');
	const CASES: Array<[string, INodeParameters, BinarySpec, BinarySpec, RegExp]> = [
		[
			'by its first bytes',
			IMAGE_TO_VIDEO,
			PNG,
			file('GIF89a', 'image/png'),
			/content is image\/gif/,
		],
		['by its size', IMAGE_TO_VIDEO, PNG, LARGE, /more than the API's limit of 15 MB/],
		['by the size that an operation takes', EXTEND, CLIP, LARGE_CLIP, /limit of 100 MB/],
		['of PCM sound', FROM_AUDIO, wav('\x55'), wav('\x01'), /PCM sound/],
		[
			'of PCM sound of a recorder',
			FROM_AUDIO,
			wav('\x55', BROADCAST),
			wav('\x01', BROADCAST),
			/PCM sound/,
		],
		[
			'of PCM sound with more channels',
			FROM_AUDIO,
			wav(`\xfe\xff${'\0'.repeat(22)}\x55`),
			wav(`\xfe\xff${'\0'.repeat(22)}\x01`),
			/PCM sound/,
		],
		['that are pictures', RETAKE, CLIP, file(PNG.data, 'video/mp4'), /content is image\/png/],
		[
			'that are documents',
			RETAKE,
			CLIP,
			file('%PDF-1.7', 'application/octet-stream'),
			/content is application\/pdf/,
		],
		['that are JSON', RETAKE, CLIP, file('{"error":"no"}', 'video/mp4'), /content is text/],
		['that are XML', RETAKE, CLIP, file('\xef\xbb\xbf\n<Error/>', 'video/mp4'), /content is text/],
		[
			'that are no sound',
			FROM_AUDIO,
			file('ID3 and a sound', 'audio/mpeg'),
			file(PNG.data, 'audio/mpeg'),
			/content is image\/png/,
		],
		['by its type', RETAKE, CLIP, file('x', 'video/webm'), /MP4, MOV or MKV, and not video\/webm/],
		[
			'by its name',
			RETAKE,
			file('\0\0\0\x18ftypmp42', 'application/octet-stream', 'clip.mov'),
			file('x', 'application/octet-stream', 'clip.webm'),
			/MP4, MOV or MKV, and not video\/webm/,
		],
	];

	it.each(CASES)('%s are known before anything is spent', async (_how, form, good, bad, words) => {
		const items = [good, bad].map((photo) => ({ binary: { photo } }));
		const run = await lab.run(form, items);
		expect(`${run.error?.message} ${run.error?.description}`).toMatch(words);
		expect(run.error?.description).toContain('Item 2 of 2');
		expect(lab.emulator.requests).toEqual([]);

		const checked = await lab.run({ ...form, options: { dryRun: true } }, items);
		expect(checked.items().map(({ json }) => json.valid)).toEqual([true, false]);
		expect(checked.items()[1]?.json.problem).toMatch(words);

		const others = await lab.run(form, items, { onError: 'continueRegularOutput' });
		expect(others.items().map(({ json }) => json.status ?? json.message)).toEqual([
			'completed',
			expect.stringContaining('Item 2 of 2'),
		]);
		expect(lab.submitted()).toHaveLength(1);
	});
});

describe('a refused submission', () => {
	const REFUSALS: Array<[string, () => void, string, string]> = [
		[
			'402',
			() => (lab.service.behaviour.credits = 0),
			'There are not enough credits for this video',
			'console.ltx.io',
		],
		[
			'403',
			() => (lab.service.behaviour.forbidden = true),
			'The API key may not do this: Not available for this account',
			'Ask Lightricks',
		],
	];

	it.each(REFUSALS)('with %s says what to do, and charges nothing', async (...refusal) => {
		const [, refuse, message, description] = refusal;
		const before = { ...lab.service.behaviour };
		refuse();
		const run = await lab.run(TEXT_TO_VIDEO);
		Object.assign(lab.service.behaviour, before);

		expect(run.error).toMatchObject({
			message,
			description: expect.stringContaining(description) as string,
		});
		expect(run.error?.description).toContain('Nothing was submitted for this item.');
		expect([lab.submitted().length, lab.service.ledger.charges]).toEqual([1, []]);
	});

	it('with 422 names the filters', async () => {
		const run = await lab.run({ ...TEXT_TO_VIDEO, prompt: '[moderated]' });
		expect(run.error).toMatchObject({
			message: 'The content was refused by the safety filters: Rejected by safety filters',
			httpCode: '422',
		});
	});

	it('with 401 refuses all items, says where the key is, and shows it nowhere', async () => {
		const { behaviour } = lab.service;
		const key = behaviour.apiKey;
		behaviour.apiKey = 'another-key';
		const run = await lab.run(TEXT_TO_VIDEO, [{}, {}, {}], { onError: 'continueRegularOutput' });
		behaviour.apiKey = key;

		expect(run.items().map(({ json }) => json.error)).toEqual(
			Array(3).fill('The API key was not accepted'),
		);
		expect(everythingOf(run)).not.toContain(key);
	});

	it('of a file that is too large asks for no video', async () => {
		const large = { ...IMAGE_TO_VIDEO, image_uri: fromItem('photo') };
		const data = enlarged(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 15);
		const run = await lab.run(large, [
			{ binary: { photo: { data, mimeType: 'image/png', fileName: 'photo.png' } } },
		]);
		expect(run.error?.message).toMatch(
			/^The file cannot be used: it has \d+ bytes, more than the API's limit of 15 MB allows$/,
		);
		expect(lab.submitted()).toEqual([]);
	});
});

describe('a full queue', () => {
	it('is waited for as long as Retry-After says, and fed as jobs finish', async () => {
		Object.assign(lab.service.behaviour, { queueLimit: 2, retryAfter: 7 });
		const run = await lab.run(TEXT_TO_VIDEO, [{}, {}, {}, {}, {}]);
		Object.assign(lab.service.behaviour, { queueLimit: 20, retryAfter: 10 });

		expect(run.error).toBeUndefined();
		expect(lab.service.ledger.charges).toHaveLength(5);
		const posts = lab.requestsOf('POST', /^\/v2\//);
		const refused = posts.filter(({ status }) => status === 429).map(({ time }) => time);
		expect(refused.length).toBeGreaterThan(0);
		for (const time of refused) {
			const tooSoon = posts.filter((post) => post.time > time && post.time < time + 7_000);
			expect(tooSoon).toEqual([]);
		}
	});

	it('that stays full fails the item, and says that nothing was submitted', async () => {
		lab.service.behaviour.queueLimit = 0;
		const run = await lab.run({ ...TEXT_TO_VIDEO, options: { timeout: 1 } });
		lab.service.behaviour.queueLimit = 20;

		expect(run.error).toMatchObject({
			message: 'No slot came free within 1 minute',
			description: expect.stringContaining('Nothing was submitted for this item.') as string,
		});
	});

	it('is not blamed for a service that is down all the time', async () => {
		lab.service.behaviour.outage = 529;
		const run = await lab.run({ ...TEXT_TO_VIDEO, options: { timeout: 1 } });
		lab.service.behaviour.outage = false;

		expect(run.error).toMatchObject({
			message: expect.stringContaining('The service is overloaded') as string,
			description: expect.stringContaining('Nothing was submitted for this item.') as string,
			httpCode: '529',
		});
	});

	it.each([503, 529] as const)('passes like a service that says %d for a while', async (status) => {
		lab.service.behaviour.outage = status;
		lab.clock.at(lab.clock.now() + 20_000, () => {
			lab.service.behaviour.outage = false;
		});
		const run = await lab.run(TEXT_TO_VIDEO);

		expect(run.error).toBeUndefined();
		expect(lab.service.ledger.charges).toHaveLength(1);
		expect(lab.submitted().length).toBeGreaterThan(1);
	});
});

describe('a lost answer', () => {
	const lost = [
		['a reset after the work', { kind: 'resetAfter' }],
		['JSON that is cut off', { kind: 'truncate' }],
		["a gateway's page", { kind: 'html200', afterWork: true }],
		['500', { kind: 'status', status: 500, afterWork: true }],
		["a proxy's 503", { kind: 'status', status: 503, afterWork: true }],
	] as const;
	const match = { method: 'POST', path: '/v2/text-to-video' };

	it.each(lost)('(%s) fails as maybe submitted, and is paid for once', async (_name, fault) => {
		lab.emulator.faults.add({ ...fault, match });
		const run = await lab.run(TEXT_TO_VIDEO);

		expect(run.error).toMatchObject({
			message: 'The generation may have been submitted, but its job was not found',
			description: expect.stringContaining('Look at the usage of your account') as string,
		});
		expect(run.error?.description).not.toContain('reference');
		expect([lab.submitted().length, lab.service.ledger.charges.length]).toEqual([1, 1]);
	});

	it('is not submitted again by Retry On Fail', async () => {
		lab.emulator.faults.add({ kind: 'resetAfter', match });
		const run = await lab.run(TEXT_TO_VIDEO, [{}], { retryOnFail: true, maxTries: 3 });

		expect(run.error?.message).toBe(
			'The generation may have been submitted, but its job was not found',
		);
		expect(lab.service.ledger.charges).toHaveLength(1);
	});

	it('of some items is told by their numbers where another item ends the run', async () => {
		for (const nth of [1, 3])
			lab.emulator.faults.add({ kind: 'resetAfter', match: { ...match, nth } });
		const run = await lab.run({ ...TEXT_TO_VIDEO, prompt: '={{ $json.prompt }}' }, [
			{ json: { prompt: 'one' } },
			{ json: { prompt: 'two' } },
			{ json: { prompt: 'three' } },
		]);

		const [second] = lab.service.jobs.all.filter(({ parameters }) => parameters.prompt === 'two');
		expect(run.error?.description).toMatch(/^Item 1: .*May have been submitted, by item: 3\.$/);
		expect(run.error?.description).toContain(second?.id ?? 'no job');
	});

	it('is submitted once more where the user has chosen so', async () => {
		lab.emulator.faults.add({ kind: 'resetAfter', match: { ...match, nth: 1 } });
		const run = await lab.run({ ...TEXT_TO_VIDEO, options: { onUncertain: 'resubmit' } });

		expect(run.error).toBeUndefined();
		expect(run.items()[0]?.json).toMatchObject({ status: 'completed', resubmitted: true });
		expect(lab.service.ledger.charges).toHaveLength(2);
	});

	it('of nothing that was done is submitted again by itself', async () => {
		lab.emulator.faults.add({ kind: 'status', status: 429, match: { ...match, nth: 1 } });
		const run = await lab.run(TEXT_TO_VIDEO);
		expect(run.error).toBeUndefined();
		expect(lab.service.ledger.charges).toHaveLength(1);
	});
});

describe('Retry On Fail', () => {
	it('pays for no item twice when one of them fails', async () => {
		const items = ['A lake', '[fail: too blue]', 'A sea'].map((prompt) => ({ json: { prompt } }));
		const run = await lab.run({ ...TEXT_TO_VIDEO, prompt: '={{ $json.prompt }}' }, items, {
			retryOnFail: true,
			maxTries: 3,
		});

		expect(run.error?.message).toBe('The generation failed: too blue');
		expect(lab.service.ledger.charges).toHaveLength(3);
	});

	it('takes over what the try before has submitted', async () => {
		lab.emulator.faults.add({
			kind: 'status',
			status: 403,
			body: { type: 'error', error: { type: 'permission_error', message: 'Not now' } },
			match: { method: 'GET', nth: 1 },
		});
		const run = await lab.run({ ...IMAGE_TO_VIDEO }, [itemWithFiles()], {
			retryOnFail: true,
			maxTries: 2,
		});

		expect(run.error).toBeUndefined();
		expect(run.items()[0]?.json.status).toBe('completed');
		expect(lab.service.ledger.charges).toHaveLength(1);
		expect(lab.emulator.uploads).toHaveLength(1);
	});
});

describe('jobs', () => {
	const wait = async (json: IDataObject, parameters: INodeParameters = {}) =>
		await lab.run({ resource: 'job', operation: 'waitForJob', ...parameters }, [{ json }]);

	const submit = async (parameters: INodeParameters = {}) => {
		const run = await lab.run({ ...TEXT_TO_VIDEO, waitMode: 'none', ...parameters });
		expect(run.items()[0]?.json).toMatchObject({ status: 'active', assetUrl: null });
		return run.items()[0]?.json.jobId as string;
	};

	it('that were not waited for are waited for later, and downloaded', async () => {
		const run = await wait({ jobId: await submit() }, { download: true });
		const [item] = run.items();
		expect(item?.json.status).toBe('completed');
		expect(item?.binary?.data?.mimeType).toBe('video/mp4');
	});

	it('are got as they are', async () => {
		const jobId = await submit();
		const get = { resource: 'job', operation: 'get', jobId: jobId };
		expect((await lab.run(get)).items()[0]?.json.status).toBe('active');
		await lab.clock.advance(60_000);
		const run = await lab.run({ ...get, options: { simplify: false } });
		expect(run.items()[0]?.json).toMatchObject({ jobId, status: 'completed' });
	});

	it.each([
		['content_filtered_error', 'change the prompt, or the picture'],
		['insufficient_funds_error', 'buy credits'],
		['service_unavailable_error', 'run the workflow again later'],
	])(
		'that have failed with %s say what to do, and look like no failed item',
		async (type, advice) => {
			const { behaviour } = lab.service;
			behaviour.failure = () => ({ type, message: 'no' });
			const failed = await lab.run(TEXT_TO_VIDEO);
			const jobId = failed.error?.description?.match(/text-to-video\/[\w-]+/)?.[0] ?? '';
			const get = { resource: 'job', operation: 'get', jobId };
			const got = await lab.run(get);
			const raw = await lab.run({ ...get, options: { simplify: false } });
			behaviour.failure = undefined;

			expect(failed.error?.description).toContain(advice);
			expect(got.items()[0]?.json).toMatchObject({
				status: 'failed',
				errorType: type,
				message: 'no',
			});
			expect(raw.items()[0]?.json).toMatchObject({ jobError: { type, message: 'no' } });
			expect(raw.items()[0]?.json).not.toHaveProperty('error');
		},
	);

	it('are not said to be gone by the page of a proxy', async () => {
		lab.emulator.faults.add({ kind: 'status', status: 404, html: true, match: { method: 'GET' } });
		const run = await lab.run({ resource: 'job', operation: 'get', jobId: JOB_ID });
		lab.emulator.faults.clear();
		expect(run.error?.message).toMatch(/ answered 404: a web page/);
		expect(run.error?.description).toContain('any proxy');
	});

	it('are forgotten after 24 hours, which is said', async () => {
		const jobId = await submit();
		await lab.clock.advance(25 * 3_600_000);
		const got = await lab.run({ resource: 'job', operation: 'get', jobId: jobId });
		expect(got.error).toMatchObject({
			message: `The job is not known: ${jobId}`,
			description: expect.stringContaining('24 hours') as string,
		});
		const waited = await wait({ jobId });
		expect(waited.error).toMatchObject({
			message: 'The job is no longer known to the API',
			description: expect.stringContaining(jobId) as string,
		});
	});

	it('that take longer than the timeout are named', async () => {
		lab.service.behaviour.jobDuration = 600_000;
		const run = await lab.run({ ...TEXT_TO_VIDEO, options: { timeout: 1 } });
		lab.service.behaviour.jobDuration = 20_000;
		expect(run.error).toMatchObject({
			message: 'The job was still running after 1 minute',
			description: expect.stringMatching(
				/Job text-to-video\/\S+ goes on at LTX. Job > Wait/,
			) as string,
		});
	});

	it('that end in a way that no page tells of are named', async () => {
		const jobId = await submit();
		const [, id = ''] = jobId.split('/');
		const job = lab.service.jobs.all.find((each) => each.id === id);
		if (job) job.status = 'vanished' as typeof job.status;
		const run = await wait({ jobId });
		lab.violations.length = 0;
		expect(run.error).toMatchObject({
			message: 'The status of the job is not known: "vanished"',
			description: expect.stringContaining(jobId) as string,
		});
	});

	it('whose answers are no jobs are read again', async () => {
		lab.emulator.faults.add({
			kind: 'status',
			status: 200,
			body: { hello: 'world' },
			match: { method: 'GET', nth: 1, times: 2 },
		});
		const run = await lab.run(TEXT_TO_VIDEO);
		expect(run.error).toBeUndefined();
	});

	it('that can not be read yet are not taken for lost', async () => {
		lab.service.behaviour.unreadableFor = 30_000;
		const run = await lab.run(TEXT_TO_VIDEO);
		lab.service.behaviour.unreadableFor = 0;
		expect(run.error).toBeUndefined();
	});

	it('are each read no more often than every 5 seconds, and not all at once', async () => {
		Object.assign(lab.service.behaviour, { concurrency: 12, jobDuration: 60_000 });
		const items = Array.from({ length: 12 }, () => ({}));
		const run = await lab.run({ ...TEXT_TO_VIDEO, options: { pollInterval: 5 } }, items);
		Object.assign(lab.service.behaviour, { concurrency: 2, jobDuration: 20_000 });

		expect(run.error).toBeUndefined();
		const byJob = new Map<string, number[]>();
		for (const { path, time } of lab.requestsOf('GET', /^\/v2\//)) {
			byJob.set(path, [...(byJob.get(path) ?? []), time]);
		}
		expect(byJob.size).toBe(12);
		const gaps = [...byJob.values()].flatMap((times) =>
			times.slice(1).map((time, index) => time - (times[index] ?? 0)),
		);
		expect(gaps.length).toBeGreaterThan(0);
		expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5_000);
		const times = [...byJob.values()].flat();
		const most = Math.max(...times.map((time) => times.filter((other) => other === time).length));
		expect(most).toBeLessThan(byJob.size / 2);
	}, 30_000);
});
