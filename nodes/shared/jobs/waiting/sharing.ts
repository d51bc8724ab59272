import { createHash } from 'crypto';

import { isLocal } from '../../api/retryPolicy';
import { clock } from '../../n8n/clock';
import { originOf } from '../../values';
import type { Desk } from '../outcome';
import type { JobService } from '../service';
import { provesNothing } from './reading';

/** A list of running jobs that was asked for so recently is as good as a new one, in milliseconds. */
const SHARED_FOR_MS = 1_000;

interface List {
	askedAt: number;
	answer: ReturnType<NonNullable<JobService['running']>>;
}

/** What was asked for last, by who may see it. */
const lists = new Map<string, List>();

/**
 * Lets all sleeping executions of this process that are under one token share their calls for what runs.
 *
 * @param jobs of the execution: a list that was asked for before they were submitted tells nothing of them
 */
export function shareLists(
	{ client, service }: Pick<Desk, 'client' | 'service'>,
	jobs: ReadonlyArray<{ since?: number }>,
): JobService {
	const { running } = service;
	if (!running) return service;
	const key = scopeOf(client);
	const submittedAt = Math.max(...jobs.map(({ since = 0 }) => since));
	const isGood = ({ askedAt }: List) =>
		askedAt >= submittedAt && clock.now() - askedAt < SHARED_FOR_MS;
	return {
		...service,
		running: async () => {
			const known = lists.get(key);
			if (known && isGood(known)) {
				const answer = await known.answer;
				// What ends a wait, such as a refused key, may be said of one credential alone.
				if (answer.ok || (provesNothing(answer.failure) && !isLocal(answer.failure))) return answer;
			}
			const asked: List = { askedAt: clock.now(), answer: running() };
			lists.set(key, asked);
			return await asked.answer;
		},
	};
}

/** Tells apart what may be shared: calls of one API with one token. */
function scopeOf({ baseUrl, token }: Desk['client']): string {
	return createHash('sha256').update(`${baseUrl.href} ${token}`).digest('base64url');
}

/** What sleeping executions of this process are looked at and rung at with, by token, n8n and user, and how many use it. */
const desks = new Map<string, { desk: Desk; users: number }>();

/** Who has put an execution to sleep, or was called about it: what runs may be cancelled. */
export type DeskUser = 'sleeper' | 'watch';

/**
 * Lets all sleeping executions of this process that are under one token use what the first of them has: a context holds on to all
 * that n8n has read of its execution.
 *
 * @param url of the execution at the n8n that stores it
 * @returns what to look and ring with, what to call when that is over, and what, if nothing can be seen with it any more
 */
export function shareDesk(
	own: Desk,
	url: string,
	user: DeskUser,
): { desk: Desk; giveBack: () => void; retire: () => void } {
	const place = originOf(url);
	const { credentials } = own.context.getNode();
	const key = JSON.stringify([user, scopeOf(own.client), place, credentials]);
	const shared = desks.get(key) ?? { desk: own, users: 0 };
	desks.set(key, shared);
	shared.users++;
	const retire = () => {
		if (desks.get(key) === shared) desks.delete(key);
	};
	return {
		desk: shared.desk,
		giveBack: () => {
			if (--shared.users === 0) retire();
		},
		retire,
	};
}

/**
 * Whether a job may still run, by the service's list. While the API does not tell, nobody who wakes could see more.
 *
 * @returns undefined where this process has no way to know
 */
export async function mayAnyRun(
	{ running }: JobService,
	jobs: ReadonlyArray<{ jobId: string }>,
): Promise<boolean | undefined> {
	if (!running) return false;
	try {
		const answer = await running();
		if (!answer.ok) return isLocal(answer.failure) ? undefined : true;
		const ids = new Set(answer.body.map(({ jobId }) => jobId));
		return jobs.some(({ jobId }) => ids.has(jobId));
	} catch {
		// Nobody waits for who rings: what is thrown here would end the ringing, and perhaps n8n.
		return undefined;
	}
}
