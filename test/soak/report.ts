import { invariants } from './invariants';
import { invariants as ltxInvariants } from './ltx/invariants';
import { isBroken } from './soak';
import type { Verdict } from './soakSeed';
import { addUp, type Tally } from './tally';
import type { Subject } from './worker';

const MOST_DETAILS = 5;
const LONGEST_DETAIL = 400;

const LABELS: Readonly<Record<keyof Tally, string>> = {
	items: 'items in',
	completed: 'completed',
	active: 'handed on while they run',
	errors: 'errors of an item',
	failedNodes: 'runs that failed as a whole',
	requests: 'requests',
	submissions: 'submissions',
	charged: 'jobs charged for',
	paidTwice: 'items paid for twice, as chosen',
	faults: 'faults met',
	refusals: 'refused for want of a slot (429)',
	kills: 'processes killed while they ran an execution',
	retries: 'executions that had failed and were retried',
	naps: 'sleeps',
};

const INVARIANTS: Readonly<Record<Subject, ReadonlyArray<{ name: string }>>> = {
	ltxStudio: invariants,
	ltx: ltxInvariants,
};

/** What broke in a seed, and how to see it again. */
export function describeVerdict(
	{ seed, breaches }: Verdict,
	subject: Subject = 'ltxStudio',
): string {
	return [
		`Seed ${seed} breaks:`,
		...breaches.flatMap(({ invariant, details }) => [
			`  ${invariant}`,
			...details.slice(0, MOST_DETAILS).map((detail) => `    ${detail.slice(0, LONGEST_DETAIL)}`),
			...(details.length > MOST_DETAILS ? [`    and ${details.length - MOST_DETAILS} more`] : []),
		]),
		`  again: ${replayCommand(seed, subject)}`,
	].join('\n');
}

const replayCommand = (seed: number, subject: Subject) =>
	`npm run soak -- ${subject === 'ltx' ? '--ltx ' : ''}--seeds 1 --start ${seed}`;

/** The invariants with how often each was broken, and what all seeds have come to. */
export function summarise(
	verdicts: readonly Verdict[],
	ms: number,
	subject: Subject = 'ltxStudio',
): string {
	const total = addUp(verdicts.flatMap(({ tally }) => tally ?? []));
	const broken = (name: string) =>
		verdicts.filter(({ breaches }) => breaches.some(({ invariant }) => invariant === name)).length;
	const count = verdicts.filter(isBroken).length;
	return [
		'',
		...INVARIANTS[subject].map(
			({ name }) => `${broken(name) === 0 ? 'holds' : `BROKEN by ${broken(name)}`}  ${name}`,
		),
		'',
		...Object.entries(LABELS)
			.filter(([key]) => total[key as keyof Tally] !== undefined)
			.map(([key, label]) => `${String(total[key as keyof Tally]).padStart(8)}  ${label}`),
		'',
		`${verdicts.length} seeds in ${(ms / 1000).toFixed(0)} s, ${count === 0 ? 'all hold' : `${count} broken`}`,
	].join('\n');
}
