import type { IExecuteFunctions } from 'n8n-workflow';

import { startRinging, urlInside } from '../../../nodes/shared/jobs/waiting/ring';
import { VirtualClock } from '../../emulator/clock';
import { useClock } from '../../engine/harness/clock';

const MINUTE = 60_000;
const URL = 'https://n8n.example/webhook-waiting/7/ltx-studio';
const TAKEN = { statusCode: 200, body: { accepted: true } };
const RUNNING = { statusCode: 409, body: { message: 'The execution "7" is running already.' } };
const FINISHED = { statusCode: 409, body: { message: 'The execution "7 has finished already.' } };
const GONE = { statusCode: 404, body: { message: 'The execution "7" does not exist.' } };
const STARTING = { statusCode: 404, body: 'Cannot POST /webhook-waiting/7/ltx-studio' };
const NOT_STORED = { statusCode: 500, body: {} };

/** The times at which it is rung, in seconds, where n8n answers so, and at last the same again and again. */
async function ring(
	answers: object[],
	{ minutes = 15, runsUntil = 0 }: { minutes?: number; runsUntil?: number } = {},
): Promise<number[]> {
	const clock = new VirtualClock(0);
	const restore = useClock(clock);
	const times: number[] = [];
	const httpRequest = ({ body, url }: { body: object; url: string }) => {
		expect([url, body]).toEqual([URL, { ring: 'reference' }]);
		times.push(clock.now() / 1000);
		const answer = answers[Math.min(times.length, answers.length) - 1];
		return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
	};
	const context = Object.assign(Object.create(null) as IExecuteFunctions, {
		helpers: { httpRequest },
	});
	startRinging(context, {
		url: URL,
		until: minutes * MINUTE,
		reference: 'reference',
		isEarly: () => Promise.resolve(clock.now() < runsUntil * 1000),
	});
	for (let turn = 0; turn < 200; turn++) await clock.advance(MINUTE / 4);
	restore();
	return times;
}

describe('the doorbell of a stored execution', () => {
	it.each<[string, object[], number[]]>([
		[
			'is rung more and more seldom once it was heard',
			[TAKEN],
			[0.25, 20.25, 80.25, 200.25, 500.25, 800.25, 1100.25],
		],
		[
			'rings soon again until it is stored',
			[RUNNING, RUNNING, TAKEN, GONE],
			[0.25, 0.75, 1.75, 21.75],
		],
		['rings soon again at a 500, too', [NOT_STORED, TAKEN, GONE], [0.25, 0.75, 20.75]],
		['falls silent when the execution is over', [TAKEN, FINISHED], [0.25, 20.25]],
		['falls silent when it runs on', [TAKEN, RUNNING], [0.25, 20.25]],
		['falls silent when it is gone', [GONE], [0.25]],
		[
			'is rung again at an n8n that is just starting',
			[TAKEN, STARTING, STARTING, FINISHED],
			[0.25, 20.25, 80.25, 200.25],
		],
		[
			'is patient with an n8n that does not answer',
			[new Error('ECONNREFUSED')],
			[0.25, 0.75, 1.75, 3.75, 7.75, 12.75, 32.75, 92.75, 212.75, 512.75, 812.75, 1112.75],
		],
	])('%s', async (_case, answers, times) => {
		expect(await ring(answers)).toEqual(times);
	});

	it('stops with the ring after the end of the time', async () => {
		expect(await ring([TAKEN], { minutes: 2 })).toEqual([0.25, 20.25, 80.25, 200.25]);
	});

	it('rings at once until it is stored, and then not while a job runs', async () => {
		const answers = [RUNNING, TAKEN, TAKEN, FINISHED];
		expect(await ring(answers, { runsUntil: 400 })).toEqual([0.25, 0.75, 400.75, 420.75]);
	});

	it.each([
		[undefined, URL],
		['http://n8n:5678', 'http://n8n:5678/webhook-waiting/7/ltx-studio'],
		['http://n8n:5678/below/', 'http://n8n:5678/below/webhook-waiting/7/ltx-studio'],
	])('is found from inside, at %s', (base, url) => {
		expect(urlInside(URL, base)).toBe(url);
	});
});
