import type { LtxEntry } from '../../emulator/ltx/jobs';
import { isError, textOf } from '../evidence';
import { CLASSES, RAW } from '../invariants';
import { outputsOf, type Evidence } from './evidence';
import { REASON } from './items';
import { KEY } from './lab';
import type { Plan } from './plan';

/** What has to hold after every run. */
export interface Invariant {
	name: string;
	/** @returns what broke it */
	breaches: (evidence: Evidence) => string[];
}

export const invariants: readonly Invariant[] = [
	{ name: 'the run ends', breaches: ({ hung }) => (hung === undefined ? [] : [hung]) },
	{ name: 'items in = items out, in order, paired', breaches: itemsOut },
	{
		name: 'a check sends nothing, and its verdict and price are those of the run',
		breaches: misjudged,
	},
	{ name: 'a job is for its item', breaches: wrongJobs },
	{ name: 'no item is charged for twice, unless that is chosen', breaches: chargedTwice },
	{ name: 'every job charged is named, or its item is said to be in doubt', breaches: unnamed },
	{
		name: 'never above the concurrency, no job asked about within 5 s',
		breaches: ({ watch }) => watch.excesses,
	},
	{ name: 'no key anywhere', breaches: leaks },
	{
		name: 'no unhandled rejection',
		breaches: ({ rejections }) => rejections.map((reason) => String(reason)),
	},
	{ name: 'errors of the right class, and true', breaches: wrongErrors },
	{ name: 'nothing fails without a reason', breaches: needlessErrors },
	{ name: 'what has failed is told as it is', breaches: mistold },
];

function itemsOut({ run, items, outputs, failure, plan }: Evidence): string[] {
	if (!run || (failure && plan.onError === 'stopWorkflow')) return [];
	const found: string[] = [];
	if (!failure && run.status !== 'success') {
		found.push(`The execution is ${run.status}, without an error`);
	}
	const inputs = outputs.map(({ input }) => input);
	const missing = items.filter((_, index) => !inputs.includes(index)).length;
	if (missing > 0 || inputs.length !== items.length) {
		found.push(`${items.length} items in, ${inputs.length} out, ${missing} of them missing`);
	}
	for (const [index, { output, input }] of outputs.entries()) {
		const before = outputs[index - 1];
		if (before?.output === output && before.input >= input) found.push(`${input} is out of order`);
	}
	return found;
}

function misjudged({ items, verdicts, sentBeforehand, charges }: Evidence): string[] {
	const found = sentBeforehand > 0 ? [`${sentBeforehand} requests were sent beforehand`] : [];
	if (verdicts.length !== items.length) found.push(`${verdicts.length} verdicts`);
	for (const [index, verdict] of verdicts.entries()) {
		const { fate, prompt = '' } = items[index] ?? {};
		const paid = verdict.valid === true ? (charges.get(prompt) ?? []) : [];
		const isRight =
			verdict.valid === (fate !== 'isInvalid') &&
			paid.every(({ credits }) => Math.abs(credits - Number(verdict.priceUsd)) < TINY);
		if (!isRight) found.push(`Item ${index} is misjudged: ${JSON.stringify(verdict)}`);
	}
	return found;
}

/** What binary fractions leave of a price. */
const TINY = 1e-9;

function wrongJobs({ items, outputs, job, between, plan }: Evidence): string[] {
	const found: string[] = [];
	const handedOver = between
		? outputsOf(between.run, plan).filter((output) => !isError(output))
		: [];
	const owners = new Map(handedOver.map(({ item, input }) => [item.json.jobId, input]));
	for (const output of outputs) {
		const { input, item } = output;
		const { jobId } = item.json;
		const prompt = job(jobId)?.parameters.prompt;
		if (prompt === undefined && !isError(output)) found.push(`Item ${input} has no job`);
		if (prompt === undefined) continue;
		if (prompt !== items[input]?.prompt) found.push(`Item ${input} has the job of "${prompt}"`);
		const other = owners.get(jobId);
		if (other !== undefined) found.push(`Items ${other} and ${input} have the same job`);
		owners.set(jobId, input);
	}
	return found;
}

/** *Submit Again* sends an item twice. */
const mostJobsOfAnItem = ({ onUncertain }: Plan): number => (onUncertain === 'fail' ? 1 : 2);

/** Whoever retries wants to try again what has failed, and was paid back, and to have what the API has forgotten by then. */
function isTriedAgain(
	{ failed, emulator: { ltx, clock } }: Evidence,
	{ jobId }: LtxEntry,
): boolean {
	const { status, finishedAt = Infinity } = ltx.jobs.all.find(({ id }) => id === jobId) ?? {};
	const isForgotten = clock.now() > finishedAt + ltx.behaviour.jobExpiry;
	return failed.length > 0 && (status === 'failed' || isForgotten);
}

function chargedTwice(evidence: Evidence): string[] {
	const { charges, items, plan, between } = evidence;
	const most = mostJobsOfAnItem(plan);
	const asked = [...items, ...(between?.items ?? [])];
	return [...charges].flatMap(([prompt, entries]) => {
		const { length } = entries.filter((entry) => !isTriedAgain(evidence, entry));
		const allowed = most * asked.filter((item) => item.prompt === prompt).length;
		return length > allowed ? [`"${prompt}" was charged for ${length} times`] : [];
	});
}

/** An item that the node itself says may have been paid for without anybody knowing the job. */
const DOUBT = /may have been submitted|may be paid for twice|"resubmitted":true/;

function unnamed(evidence: Evidence): string[] {
	const { charges, told, run, items, plan } = evidence;
	if (!run) return [];
	const inDoubt = doubtfulItems(evidence);
	return [...charges].flatMap(([prompt, entries]) => {
		const missing = entries.filter(({ jobId }) => !told.includes(jobId));
		// Items that ask for the same can't be told apart from the service's side.
		const doubts = items.filter((item, index) => item.prompt === prompt && inDoubt.has(index));
		return missing.length > doubts.length * mostJobsOfAnItem(plan)
			? [`"${prompt}": ${missing.map(({ jobId }: LtxEntry) => jobId).join(', ')}`]
			: [];
	});
}

function doubtfulItems({ outputs, failures }: Evidence): Set<number> {
	const doubtful = outputs.filter(({ item }) => DOUBT.test(textOf(item)));
	const found = new Set(doubtful.map(({ input }) => input));
	for (const failure of failures) {
		const [, first] = /\bItem (\d+):/.exec(failure) ?? [];
		if (first !== undefined && DOUBT.test(ownWords(failure))) found.add(Number(first) - 1);
		const [, others = ''] = /May have been submitted, by item: ([\d, ]+)/.exec(failure) ?? [];
		for (const item of others.split(', ').filter((text) => text !== ''))
			found.add(Number(item) - 1);
	}
	return found;
}

/** What an error says of its own item, and not of the others. */
const ownWords = (text: string): string => text.replace(/May have been submitted, by item.*/, '');

function leaks({ run, logs, told }: Evidence): string[] {
	const places = {
		'what is put out': told,
		'what is stored': run ? JSON.stringify(run.data) : '',
		'the log': logs.map(({ message, metadata }) => `${message} ${metadata}`).join('\n'),
	};
	return Object.entries(places).flatMap(([place, text]) =>
		text.includes(KEY) ? [`The key is in ${place}`] : [],
	);
}

function wrongErrors({ plan, failure, outputs, charges, job, items }: Evidence): string[] {
	const found: string[] = [];
	if (failure && !CLASSES.has(failure.name)) found.push(`${failure.name}: ${failure.text}`);
	if (failure && RAW.test(failure.text)) found.push(`Raw: ${failure.text}`);
	for (const output of outputs) {
		const { input, item } = output;
		const { error, json } = item;
		const text = textOf(item);
		if (error && !CLASSES.has(error.name)) found.push(`${error.name} of item ${input}`);
		if (isError(output) && RAW.test(text)) found.push(`Raw: item ${input} says ${text}`);
		const isPaid = charges.has(items[input]?.prompt ?? '');
		if (text.includes('Nothing was submitted') && isPaid && plan.twins === 1) {
			found.push(`Item ${input} says that nothing was submitted: ${text}`);
		}
		if (json.status === 'completed' && job(json.jobId)?.status !== 'completed') {
			found.push(`Item ${input} says that its job is completed: ${text}`);
		}
		if (text.includes('reference')) found.push(`Item ${input} speaks of references: ${text}`);
	}
	if (failure?.text.includes('reference')) found.push(`It speaks of references: ${failure.text}`);
	return found;
}

function needlessErrors({ plan, items, outputs, failure }: Evidence): string[] {
	if (!plan.isCalm) return [];
	const isAllSound = items.every(({ fate }) => fate === 'completes');
	if (failure) return isAllSound || plan.onError !== 'stopWorkflow' ? [failure.text] : [];
	return outputs.flatMap((output) => {
		const { input, item } = output;
		const fate = items[input]?.fate;
		// What fails later is not known yet where nobody waits.
		const isToFail = fate !== 'completes' && (fate !== 'fails' || plan.waitMode === 'poll');
		return isError(output) === isToFail ? [] : [`Item ${input}: ${textOf(item)}`];
	});
}

/** What the node was told of a job that failed, it tells of its item. */
function mistold({ outputs, watch, charges, items, plan }: Evidence): string[] {
	if (plan.twins > 1) return [];
	return outputs.flatMap(({ input, item }) => {
		const [charge, ...others] = charges.get(items[input]?.prompt ?? '') ?? [];
		if (!charge || others.length > 0 || !watch.failures.has(charge.jobId)) return [];
		const text = textOf(item);
		return text.includes(REASON) ? [] : [`Item ${input} does not say why: ${text}`];
	});
}
