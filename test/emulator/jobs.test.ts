import type { JobView } from '.';
import { EMAIL, START, useEmulator } from './harness';

const harness = useEmulator();
const { call } = harness;

const read = async (jobId: string) => await call<JobView>('GET', `/assets/${jobId}`);

/** Submits a video job and returns its id. */
async function createVideo(parameters: object = {}): Promise<string> {
	const json = { prompt: 'a river', startAssetId: await harness.upload('image'), ...parameters };
	return (await call<{ jobId: string }>('POST', '/videos/ltx-create', { json })).body.jobId;
}

describe('the life of a job', () => {
	it('goes from active to completed with a signed URL', async () => {
		const jobId = await createVideo({ replyRef: 'mine' });
		expect((await read(jobId)).body).toEqual({
			status: { type: 'active', progress: 0 },
			jobId,
			replyRef: 'mine',
		});
		await harness.clock.advance(6_000);
		expect((await read(jobId)).body.status).toEqual({ type: 'active', progress: 40 });
		await harness.clock.advance(8_999);
		expect((await read(jobId)).body.status).toEqual({ type: 'active', progress: 99 });
		await harness.clock.advance(1);

		const { status, body } = await read(encodeURIComponent(jobId));
		expect(status).toBe(200);
		expect(body.status).toMatchObject({
			type: 'completed',
			progress: 100,
			artifact: {
				expirationDateString: String(START + 15_000 + 3_600_000),
				asset: { type: 'artifact', mimeType: 'video/mp4', artifactSubtype: 'model-serving' },
			},
		});
		expect(harness.emulator.jobs.get(jobId)).toMatchObject({
			state: 'completed',
			finishedAt: START + 15_000,
			charged: 20,
			email: EMAIL,
		});
	});

	it('takes as long as it is told', async () => {
		harness.emulator.behaviour.jobDuration = ({ type }) => (type === 'image' ? 1_000 : 2_000);
		const image = await harness.createImage();
		const video = await createVideo();
		await harness.clock.advance(1_000);
		expect((await read(image)).body.status.type).toBe('completed');
		expect((await read(video)).body.status.type).toBe('active');
		harness.emulator.behaviour.jobDuration = 5;
		const quick = await harness.createImage();
		await harness.clock.advance(5);
		expect((await read(quick)).body.status.type).toBe('completed');
	});

	it('can be completed before its URL is there', async () => {
		harness.emulator.behaviour.assetUrlDelay = 2_000;
		const jobId = await harness.createImage();
		await harness.clock.advance(9_999);
		expect((await read(jobId)).body.status).toEqual({ type: 'completed', progress: 100 });
		await harness.clock.advance(1);
		expect((await read(jobId)).body.status.artifact?.assetUrl).toContain('/storage/');
	});

	it('can end at once', async () => {
		const [done, broken] = [await harness.createImage(), await harness.createImage()];
		harness.emulator.jobs.finish(done);
		harness.emulator.jobs.fail(broken, 'out of paint', 500);
		expect((await read(done)).body.status.type).toBe('completed');
		expect((await read(broken)).body).toMatchObject({
			status: { type: 'failed', message: 'out of paint' },
			code: 500,
		});
		expect(() => harness.emulator.jobs.finish(done)).toThrow(`There is no active job ${done}`);
		await harness.clock.advance(60_000);
		expect((await read(broken)).body.status.type).toBe('failed');
	});

	it('signs a fresh URL at every look', async () => {
		const jobId = await harness.createImage();
		await harness.clock.advance(8_000);
		const first = (await read(jobId)).body.status.artifact;
		await harness.clock.advance(7_200_000);
		const second = (await read(jobId)).body.status.artifact;
		expect(second?.asset).toEqual(first?.asset);
		expect((await fetch(first?.assetUrl ?? '')).status).toBe(403);
		expect((await fetch(second?.assetUrl ?? '')).status).toBe(200);
	});
});

describe('a job that fails', () => {
	it.each([
		['a fox [fail]', 'Generation failed'],
		['[fail: the model is tired] a fox', 'the model is tired'],
	])('does so by its prompt: %s', async (prompt, message) => {
		const jobId = await harness.createImage({ prompt });
		await harness.clock.advance(8_000);
		const { status, body } = await read(jobId);
		expect(status).toBe(200);
		expect(body.status).toEqual({ type: 'failed', progress: 99, message });
		expect(harness.emulator.library.all).toEqual([]);
	});

	it('does so by an option', async () => {
		harness.emulator.behaviour.failure = ({ prompt }) =>
			prompt === 'b' ? { message: 'no', code: 422 } : undefined;
		const ids = [
			await harness.createImage({ prompt: 'a' }),
			await harness.createImage({ prompt: 'b' }),
		];
		await harness.clock.advance(8_000);
		const views = await Promise.all(ids.map(async (id) => (await read(id)).body));
		expect(views.map(({ status, code }) => [status.type, status.message, code])).toEqual([
			['completed', undefined, undefined],
			['failed', 'no', 422],
		]);
	});

	it('may be told of with a status of its own, and with a code', async () => {
		harness.emulator.behaviour.failedStatus = 422;
		const jobId = await harness.createImage({ prompt: '[fail: no]' });
		expect((await read(jobId)).status).toBe(200);
		await harness.clock.advance(8_000);
		const { status, body } = await read(jobId);
		expect([status, body]).toEqual([
			422,
			{ status: { type: 'failed', progress: 99, message: 'no' }, jobId, code: 422 },
		]);
		expect(harness.exchanges.at(-1)?.fault).toBe(true);
	});

	it('may be said to be in a state that no page tells of', async () => {
		const jobId = await harness.createImage({ prompt: '[fail as cancelled: by the vendor]' });
		await harness.clock.advance(60_000);
		expect((await read(jobId)).body.status).toMatchObject({
			type: 'cancelled',
			message: 'by the vendor',
		});
		expect(harness.emulator.jobs.get(jobId)?.state).toBe('failed');
		expect(harness.exchanges.at(-1)?.fault).toBe(true);
	});

	it('is paid back, unless that is switched off', async () => {
		const { accounts, behaviour, ledger } = harness.emulator;
		const first = await harness.createImage({ prompt: '[fail]', replyRef: 'mine' });
		await harness.clock.advance(8_000);
		expect(ledger.refunds).toEqual([
			{
				time: START + 8_000,
				kind: 'refund',
				jobId: first,
				email: EMAIL,
				credits: 12,
				replyRef: 'mine',
				endpoint: 'images/create',
			},
		]);
		expect([ledger.total, accounts.get(EMAIL)?.credits]).toEqual([0, 28_000]);

		behaviour.refundFailed = false;
		await harness.createImage({ prompt: '[fail]' });
		await harness.clock.advance(8_000);
		expect([ledger.refunds.length, ledger.total, accounts.get(EMAIL)?.credits]).toEqual([
			1, 12, 27_988,
		]);
	});
});

describe('GET assets/jobId', () => {
	it('refuses what is no job id', async () => {
		const { status, body } = await read('7a34b821');
		expect([status, body]).toEqual([400, { error: '7a34b821 is not a jobId', code: 400 }]);
	});

	it('answers 404 for unknown jobs, other programs’ and expired ones', async () => {
		const notFound = [404, { error: 'Job not found or has expired', code: 404 }];
		const jobId = await harness.createImage();
		const unknown = jobId.replace(/job:.{8}/, 'job:00000000');
		const [foreign] = harness.emulator.occupy(EMAIL, 1);
		for (const id of [unknown, foreign?.id ?? '']) {
			const { status, body } = await read(id);
			expect([status, body]).toEqual(notFound);
		}
		harness.emulator.behaviour.jobExpiry = 60_000;
		await harness.clock.advance(68_000);
		expect((await read(jobId)).status).toBe(200);
		await harness.clock.advance(1);
		const { status, body } = await read(jobId);
		expect([status, body]).toEqual(notFound);
	});

	it('may not know a job for a moment, and then know it again', async () => {
		Object.assign(harness.emulator.behaviour, { readableAfter: 1_000, unreadableAroundEnd: 500 });
		const jobId = await harness.createImage();
		const statuses = [(await read(jobId)).status];
		for (const ms of [1_000, 6_500, 1, 998, 1]) {
			await harness.clock.advance(ms);
			statuses.push((await read(jobId)).status);
		}
		expect(statuses).toEqual([404, 200, 200, 404, 404, 200]);
		expect((await read(jobId)).body).not.toHaveProperty('generationId');
	});

	it('needs the account of the job', async () => {
		const jobId = await harness.createImage();
		harness.emulator.accounts.edit(EMAIL, { dead: true });
		expect((await read(jobId)).status).toBe(596);
		harness.emulator.accounts.remove(EMAIL);
		expect((await read(jobId)).body).toEqual({
			error: `Unable to find configuration for email ${EMAIL}`,
			code: 404,
		});
	});
});

describe('a reply reference', () => {
	it.each([
		[undefined, 'mine and long'],
		[4, 'mine'],
		[0, undefined],
	])('is cut to %p characters', async (longestReplyRef, expected) => {
		harness.emulator.behaviour.longestReplyRef = longestReplyRef;
		const replyUrl = 'http://127.0.0.1:9/';
		const jobId = await harness.createImage({ replyRef: 'mine and long', replyUrl });
		expect((await read(jobId)).body.replyRef).toBe(expected);
	});
});

describe('a reply reference without a reply URL', () => {
	it.each([
		[false, 'mine'],
		[true, undefined],
	])('is told of, or not: dropped is %p', async (isDropped, expected) => {
		harness.emulator.behaviour.dropReplyRefWithoutUrl = isDropped;
		const jobId = await harness.createImage({ replyRef: 'mine' });
		const { body } = await call<Array<{ replyRef?: string }>>('GET', '/scheduler');
		expect(body.map(({ replyRef }) => replyRef)).toEqual([expected]);
		expect((await read(jobId)).body.replyRef).toBe(expected);
		expect(harness.emulator.ledger.charges[0]?.replyRef).toBe('mine');
	});
});
