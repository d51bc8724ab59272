import type { IExecuteFunctions } from 'n8n-workflow';

import type { ApiClient } from '../../../nodes/shared/api/client';
import type { Failure } from '../../../nodes/shared/api/failure';
import type { Desk } from '../../../nodes/shared/jobs/outcome';
import { Watch } from '../../../nodes/shared/jobs/waiting/watch';
import { mayAnyRun, shareDesk, shareLists } from '../../../nodes/shared/jobs/waiting/sharing';
import { useClock } from '../../engine/harness/clock';
import { LOST, refused, ScriptedService, submissionOf } from './scripted';

/** n8n could not make out the credential: neither a status nor a network code. */
const LOCAL: Failure = { detail: 'No bridge acquired for this context', effect: 'unknown' };

/** Two executions under one token, whose jobs were submitted at the times given. */
function startTwo(...submittedAt: number[]) {
	const service = new ScriptedService();
	const restore = useClock(service.clock);
	const { jobId } = service.begin(submissionOf(0));
	const client = Object.assign(Object.create(null) as ApiClient, {
		baseUrl: new URL('https://films.example'),
		token: expect.getState().currentTestName ?? '',
	});
	const [one, other] = [0, 1].map((index) =>
		shareLists({ client, service: service.full }, [{ since: submittedAt[index] ?? 0 }]),
	);
	if (!one || !other) throw new Error('There are two');
	return { service, one, other, jobs: [{ jobId }], restore };
}

describe('a list that sleeping executions share', () => {
	it('is asked for once a second', async () => {
		const { service, one, other, jobs, restore } = startTwo();
		const seen = [one, other].map(async (list) => await mayAnyRun(list, jobs));
		expect(await service.drive(Promise.all(seen))).toEqual([true, true]);
		expect(service.lists.running).toBe(1);
		await service.clock.advance(1_000);
		await service.drive(mayAnyRun(other, jobs));
		expect(service.lists.running).toBe(2);
		restore();
	});

	it('is asked for anew by an execution whose jobs were submitted since', async () => {
		const { service, one, other, jobs, restore } = startTwo(0, 300);
		await service.drive(mayAnyRun(one, jobs));
		await service.clock.advance(400);
		await service.drive(mayAnyRun(other, jobs));
		expect(service.lists.running).toBe(2);
		await service.drive(mayAnyRun(one, jobs));
		expect(service.lists.running).toBe(2);
		restore();
	});

	it('may be unknown to one only, where its n8n can send nothing', async () => {
		const { service, one, other, jobs, restore } = startTwo();
		service.onList = () => (service.lists.running === 1 ? LOCAL : undefined);
		const seen = [one, other].map(async (list) => await mayAnyRun(list, jobs));
		expect(await service.drive(Promise.all(seen))).toEqual([undefined, true]);
		restore();
	});

	it('is asked for anew by others where it was refused: what ends one wait says nothing of theirs', async () => {
		const { service, one, other, jobs, restore } = startTwo();
		service.onList = () => (service.lists.running === 1 ? refused(401) : undefined);
		const seen = [one, other].map(async (list) => await list.running?.());
		expect(await service.drive(Promise.all(seen))).toMatchObject([
			{ ok: false },
			{ ok: true, body: jobs },
		]);
		restore();
	});

	it('is unknown, and throws nothing, where the asking itself fails', async () => {
		const { service, one, jobs, restore } = startTwo();
		service.onList = () => {
			throw new TypeError('Cannot read properties of undefined');
		};
		expect(await service.drive(mayAnyRun(one, jobs))).toBeUndefined();
		restore();
	});

	it('is taken for one with all jobs while the service does not tell', async () => {
		const { service, one, jobs, restore } = startTwo();
		service.onList = () => LOST;
		expect(await service.drive(mayAnyRun(one, jobs))).toBe(true);
		restore();
	});
});

describe('what sleeping executions are looked at with', () => {
	const deskOf = (token: string) => ({
		context: Object.assign(Object.create(null) as IExecuteFunctions, {
			getNode: () => ({ credentials: { films: { id: '1', name: 'Films' } } }),
		}),
		client: Object.assign(Object.create(null) as ApiClient, {
			baseUrl: new URL('https://films.example'),
			token,
		}),
		service: new ScriptedService().full,
	});

	it('is that of the first one, so that nothing holds on to what the others have read', () => {
		const [one, other, next] = [deskOf('a'), deskOf('a'), deskOf('a')];
		const shares = [
			shareDesk(one, 'https://n8n.example/webhook-waiting/1', 'sleeper'),
			shareDesk(other, 'https://n8n.example/webhook-waiting/1', 'sleeper'),
		];
		expect(shares.map(({ desk }) => desk === one)).toEqual([true, true]);
		for (const { giveBack } of shares) giveBack();
		const last = shareDesk(next, 'https://n8n.example/webhook-waiting/1', 'sleeper');
		expect(last.desk).toBe(next);
		last.giveBack();
	});

	it('is that of another one, once nothing can be seen with it', () => {
		const [one, other] = [deskOf('a'), deskOf('a')];
		const [first, second] = [
			shareDesk(one, 'https://n8n.example/webhook-waiting/1', 'sleeper'),
			shareDesk(other, 'https://n8n.example/webhook-waiting/1', 'sleeper'),
		];
		first.retire();
		second.giveBack();
		const third = shareDesk(other, 'https://n8n.example/webhook-waiting/1', 'sleeper');
		first.giveBack();
		const fourth = shareDesk(one, 'https://n8n.example/webhook-waiting/1', 'sleeper');
		expect([second.desk === one, third.desk === other, fourth.desk === other]).toEqual(
			Array(3).fill(true),
		);
		third.giveBack();
		fourth.giveBack();
	});

	it('is their own under another token, and at another n8n', () => {
		const [one, other] = [deskOf('a'), deskOf('b')];
		const shares = [
			shareDesk(one, 'https://n8n.example/webhook-waiting/1', 'sleeper'),
			shareDesk(other, 'https://n8n.example/webhook-waiting/1', 'sleeper'),
			shareDesk(other, 'https://another.example/1', 'sleeper'),
		];
		expect(shares.map(({ desk }) => desk === one)).toEqual([true, false, false]);
		for (const { giveBack } of shares) giveBack();
	});

	it('is shared by those that callbacks have begun to watch, too, but not with sleepers, whose run may be cancelled', async () => {
		const asked: string[] = [];
		const httpRequestOf = (name: string) => async () => {
			asked.push(name);
			return await Promise.resolve({ statusCode: 200, body: {} });
		};
		const called = (name: string): Desk => {
			const desk = deskOf('a');
			const helpers = { httpRequest: httpRequestOf(name) };
			const nodes = { getChildNodes: () => [], getParentNodes: () => [] };
			return { ...desk, context: Object.assign(desk.context, { helpers, ...nodes }) };
		};
		const [first, second, sleeper] = [called('first'), called('second'), called('sleeper')];
		const url = 'https://n8n.example/webhook-waiting/1';
		const { giveBack } = shareDesk(sleeper, url, 'sleeper');
		const watches = [first, second].map(
			(desk) => new Watch(desk, { items: [] }, { url, reference: 'r', onEnd: () => undefined }),
		);
		for (const watch of watches) await watch.hasGoneOn();
		for (const watch of watches) watch.letGo();
		await new Watch(
			second,
			{ items: [] },
			{ url, reference: 'r', onEnd: () => undefined },
		).hasGoneOn();
		expect(asked).toEqual(['first', 'first', 'second']);
		giveBack();
	});
});
