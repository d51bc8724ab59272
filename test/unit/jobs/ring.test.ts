import type { IExecuteFunctions } from 'n8n-workflow';

import { hasGoneOn, ring as ringOnce } from '../../../nodes/shared/jobs/waiting/knock';
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

const ADDRESS = { url: URL, mayFallSilent: true };

/** What a proxy says when it takes n8n's own server for a browser. */
const PROXY = { statusCode: 403, body: '<html>Just a moment</html>' };
const MOVED = { statusCode: 301, body: '' };
const AWAY = { statusCode: 502, body: '<html>Bad gateway</html>' };
const REFUSED = { statusCode: 403, body: { accepted: false } };

/** The times at which it is rung, in seconds, where n8n answers so, and at last the same again and again. */
async function ring(
	answers: object[],
	{
		minutes = 15,
		runsUntil = 0,
		isBlind = false,
	}: { minutes?: number; runsUntil?: number; isBlind?: boolean } = {},
): Promise<number[]> {
	const clock = new VirtualClock(0);
	const restore = useClock(clock);
	const times: number[] = [];
	let calls = 0;
	const httpRequest = ({ body, url }: { body: object; url: string }) => {
		// Until it was heard, nobody has tried to look.
		const hasTried = times.length > 0;
		const ringing = { ring: 'reference', ...(isBlind && hasTried && { isBlind }) };
		const answer = answers[Math.min(calls++, answers.length - 1)];
		if (url === URL) {
			expect(body).toEqual(ringing);
			times.push(clock.now() / 1000);
		}
		return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
	};
	const context = Object.assign(Object.create(null) as IExecuteFunctions, {
		helpers: { httpRequest },
	});
	startRinging(context, {
		...ADDRESS,
		until: minutes * MINUTE,
		reference: 'reference',
		look: () => {
			if (isBlind) return Promise.resolve('blind');
			return Promise.resolve(clock.now() < runsUntil * 1000 ? 'early' : 'due');
		},
		onEnd: () => undefined,
	});
	for (let turn = 0; turn < 200; turn++) await clock.advance(MINUTE / 4);
	restore();
	return times;
}

const everyMinute = (from: number) => Array.from({ length: 15 }, (_, n) => from + 60 * n);

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
			[0.25, 20.25, 40.25, 100.25],
		],
		[
			'is patient with an n8n that does not answer',
			[new Error('ECONNREFUSED')],
			[0.25, 0.75, 1.75, 3.75, 7.75, 12.75, 32.75, ...everyMinute(92.75)],
		],
	])('%s', async (_case, answers, times) => {
		expect(await ring(answers)).toEqual(times);
	});

	it.each([
		['a proxy', PROXY],
		['a redirect', MOVED],
		['a gateway', AWAY],
	])('does not take the answer of %s for the end', async (_whose, answer) => {
		const answers = [TAKEN, answer, answer, answer, TAKEN, FINISHED];
		expect(await ring(answers)).toEqual([0.25, 20.25, 40.25, 100.25, 160.25, 220.25]);
	});

	it('falls silent where the node itself refuses it', async () => {
		expect(await ring([TAKEN, REFUSED])).toEqual([0.25, 20.25]);
	});

	it('says so where nobody can look before it is rung', async () => {
		expect(await ring([TAKEN, TAKEN, TAKEN, FINISHED], { isBlind: true })).toEqual([
			0.25, 20.25, 80.25, 200.25,
		]);
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

describe('rings at many stored executions that are late', () => {
	it('wait their turn where n8n takes its time, and hold up no other n8n', async () => {
		const clock = new VirtualClock(0);
		const restore = useClock(clock);
		const underWay = new Map<string, number>();
		let most = 0;
		const count = (host: string, by: number) => {
			underWay.set(host, (underWay.get(host) ?? 0) + by);
			return underWay.get(host) ?? 0;
		};
		const stored = new Set<string>();
		const over: string[] = [];
		const httpRequest = async ({ url }: { url: string }) => {
			const { host } = new globalThis.URL(url);
			if (!stored.has(url)) {
				stored.add(url);
				return TAKEN;
			}
			most = Math.max(most, count(host, 1));
			await clock.sleep(10_000);
			count(host, -1);
			over.push(host);
			return FINISHED;
		};
		const context = Object.assign(Object.create(null) as IExecuteFunctions, {
			helpers: { httpRequest },
		});
		const begin = (host: string, executions: number) => {
			for (let id = 0; id < executions; id++) {
				startRinging(context, {
					url: `https://${host}/webhook-waiting/${id}/ltx-studio`,
					mayFallSilent: false,
					onEnd: () => undefined,
					until: 5 * MINUTE,
					reference: 'reference',
					look: () => Promise.resolve('due'),
				});
			}
		};
		begin('slow.example', 12);
		begin('other.example', 1);
		await clock.advance(1_000);
		expect(stored.size).toBe(13);
		await clock.advance(30_000);
		expect([over.length, most]).toEqual([6, 5]);
		expect(over).toContain('other.example');
		await clock.advance(MINUTE);
		restore();
		expect([over.length, most]).toEqual([13, 5]);
	});
});

describe('an execution that has gone on', () => {
	const SILENCE = Object.assign(new Error('timeout'), { code: 'ECONNABORTED' });
	const CLOSED = Object.assign(new Error('closed'), { code: 'ECONNRESET' });
	const FORM = {
		statusCode: 307,
		body: '',
		headers: { location: '/form-waiting/7/ltx-studio?signature=x' },
	};
	const TO_TLS = {
		statusCode: 307,
		body: '',
		headers: { location: 'https://n8n.example/webhook-waiting/7/ltx-studio' },
	};
	const NONE = { statusCode: 404, body: { message: 'The execution "0" does not exist.' } };

	/** n8n answers so at the execution's own URL, and at that of one that there is not. */
	const at = (own: object, other: object) => {
		const httpRequest = ({ url }: { url: string }) => {
			const answer = url === URL ? own : other;
			if (url !== URL) expect(url).toBe('https://n8n.example/webhook-waiting/0/ltx-studio');
			return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
		};
		return Object.assign(Object.create(null) as IExecuteFunctions, { helpers: { httpRequest } });
	};

	it.each([
		['waits for a form', FORM, NONE, true],
		['waits elsewhere, so that n8n never answers', SILENCE, NONE, true],
		['may be there, where n8n answers nobody', SILENCE, SILENCE, false],
		['may be there, where the connection was cut', CLOSED, NONE, false],
		['may be there, where a proxy leads to another port', TO_TLS, NONE, false],
		['is there', TAKEN, NONE, false],
	])('%s', async (_case, own, other, hasGone) => {
		expect(await hasGoneOn(at(own, other), ADDRESS, 'reference')).toBe(hasGone);
		const { kind } = await ringOnce(at(own, other), ADDRESS, { ring: 'reference' });
		expect(kind === 'over').toBe(hasGone);
	});

	it('is told to whoever rings before it was ever heard', async () => {
		expect(await ring([RUNNING, SILENCE, NONE, TAKEN])).toEqual([0.25, 0.75]);
	});

	it('is not known to have, however silent, where no node behind can wait', async () => {
		const address = { url: URL, mayFallSilent: false };
		expect(await hasGoneOn(at(SILENCE, NONE), address, 'reference')).toBe(false);
		const { kind } = await ringOnce(at(SILENCE, NONE), address, { ring: 'reference' });
		expect(kind).toBe('unreachable');
	});
});

it('a ring at what is no URL is one that nobody answers', async () => {
	const httpRequest = () => Promise.reject(new TypeError('Invalid URL'));
	const context = Object.assign(Object.create(null) as IExecuteFunctions, {
		helpers: { httpRequest },
	});
	const address = { url: 'no URL', mayFallSilent: true };
	const ringing = ringOnce(context, address, { ring: 'reference' });
	await expect(ringing).resolves.toEqual({ kind: 'unreachable', reason: 'Invalid URL' });
});
