import type { IWebhookFunctions } from 'n8n-workflow';

import type { ApiClient } from '../../../nodes/shared/api/client';
import { Watch } from '../../../nodes/shared/jobs/waiting/watch';
import { useClock } from '../../engine/harness/clock';
import { LOST, ScriptedService, referenceOf, submissionOf } from './scripted';

const MINUTE = 60_000;
const URL_OF_EXECUTION = 'https://n8n.example/webhook-waiting/7/ltx-studio';
const SETTINGS = { simplify: true, download: false, binaryPropertyName: 'data' };
const TAKEN = { statusCode: 200, body: {} };
const BELL = { jobId: undefined, isRingerBlind: false };
const RUNNING = { statusCode: 409, body: { message: 'The execution "7" is running already.' } };

/** A watch over one job that runs for 30 s, and what it does at an n8n that answers its rings so. */
function startWatch(answer: object, since = 0) {
	const service = new ScriptedService();
	const { clock } = service;
	const restore = useClock(clock);
	const { jobId } = service.begin(submissionOf(0));
	const rings: number[] = [];
	const ends: number[] = [];
	const httpRequest = () => {
		rings.push(clock.now());
		return Promise.resolve(answer);
	};
	const context = Object.assign(Object.create(null) as IWebhookFunctions, {
		getNode: () => ({ name: 'Film' }),
		getParentNodes: () => [],
		getChildNodes: () => [],
		helpers: { httpRequest },
	});
	const client = Object.assign(Object.create(null) as ApiClient, {
		baseUrl: new URL('https://films.example'),
		token: `token of ${expect.getState().currentTestName ?? ''}`,
	});
	const reference = referenceOf(0);
	const item = { jobId, reference, settings: SETTINGS, title: '', price: undefined, input: {} };
	const watch = new Watch(
		{ context, client, service: service.full },
		{ items: [{ ...item, since }], timeout: 15 * MINUTE },
		{ url: URL_OF_EXECUTION, reference, onEnd: () => ends.push(clock.now()) },
	);
	const pass = async (ms: number) => {
		for (let left = ms; left > 0; left -= 250) await clock.advance(250);
	};
	return { service, jobId, watch, rings, ends, pass, restore };
}

describe('a watch', () => {
	it('that nobody has called back leaves it to who has rung, for 5 minutes', async () => {
		const { service, watch, rings, ends, pass, restore } = startWatch(TAKEN);
		await service.drive(watch.hear(BELL));
		await pass(4 * MINUTE);
		expect([service.lists.running, service.reads, rings]).toEqual([1, [], []]);
		await pass(1.5 * MINUTE);
		expect([watch.isOver, service.reads.length, ends]).toEqual([true, 1, []]);
		expect(rings.length).toBeGreaterThan(1);
		restore();
	});

	it('sees a job that was stored by a process whose clock is ahead', async () => {
		const { service, watch, pass, restore } = startWatch(TAKEN, 60 * MINUTE);
		await service.drive(watch.hear({ ...BELL, isRingerBlind: true }));
		await pass(1.5 * MINUTE);
		expect(watch.isOver).toBe(true);
		restore();
	});

	it('looks by itself where who has rung cannot', async () => {
		const { service, watch, rings, pass, restore } = startWatch(TAKEN);
		await service.drive(watch.hear({ ...BELL, isRingerBlind: true }));
		await pass(1.5 * MINUTE);
		expect([watch.isOver, service.reads.length, rings.length > 0]).toEqual([true, 1, true]);
		restore();
	});

	it('is let go soon where somebody else was called back', async () => {
		const { service, jobId, watch, pass, restore } = startWatch(TAKEN);
		await service.drive(watch.hear(BELL));
		await pass(MINUTE);
		await service.drive(watch.hear({ jobId, isRingerBlind: false }));
		expect(watch.claim()).toBe(true);
		await pass(6_000);
		expect(service.clock.nextAt()).toBeUndefined();
		restore();
	});

	it('ends then without a look, where the execution has gone on', async () => {
		const { service, watch, rings, ends, pass, restore } = startWatch(RUNNING);
		await service.drive(watch.hear(BELL));
		await pass(5.5 * MINUTE);
		expect([service.lists.running, service.reads, rings.length, ends.length]).toEqual([
			1,
			[],
			1,
			1,
		]);
		restore();
	});

	it('looks on at once where a job has left the list and cannot be read yet', async () => {
		const { service, watch, pass, restore } = startWatch(TAKEN);
		service.duration = () => 0;
		service.onRead = () => (service.reads.length === 1 ? { ok: false, failure: LOST } : undefined);
		await service.drive(watch.hear(BELL));
		expect(watch.isOver).toBe(false);
		await pass(MINUTE / 2);
		expect(watch.isOver).toBe(true);
		restore();
	});

	it('looks on at once when a job is called back, and rings once all are over', async () => {
		const { service, jobId, watch, rings, pass, restore } = startWatch(TAKEN);
		await service.drive(watch.hear({ jobId, isRingerBlind: false }));
		await pass(MINUTE);
		expect([watch.isOver, rings.length > 0]).toEqual([true, true]);
		restore();
	});

	it('is claimed once', async () => {
		const { service, jobId, watch, restore } = startWatch(TAKEN);
		service.duration = () => 0;
		await service.drive(watch.hear({ jobId, isRingerBlind: false }));
		expect([watch.claim(), watch.claim()]).toEqual([true, false]);
		restore();
	});
});
