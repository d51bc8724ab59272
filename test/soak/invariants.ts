import type { LedgerEntry } from '../emulator';
import { isError, outputsOf, statusOf, textOf, type Evidence, type OutputItem } from './evidence';
import type { PlannedItem } from './items';
import { COOKIE, TOKENS } from './lab';
import type { Nap } from './naps';
import { batchSizeOf, forgetsReferences, type Plan } from './plan';
import { ends } from './promises';

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
		name: 'a check submits nothing, and its verdict and price are those of the run',
		breaches: misjudged,
	},
	{ name: 'a job is for its item', breaches: wrongJobs },
	{ name: 'jobs charged for one item', breaches: chargedTwice },
	{ name: 'every job charged is named', breaches: unnamed },
	{ name: 'what was refused is not sent again by a node that sleeps', breaches: refusedTwice },
	{ name: 'never above the slots and the concurrency', breaches: ({ watch }) => watch.excesses },
	{ name: 'what comes behind runs once', breaches: ranTwice },
	{ name: 'wakes in time', breaches: lieIns },
	{ name: 'no token or cookie anywhere', breaches: leaks },
	{
		name: 'no unhandled rejection',
		breaches: ({ rejections }) => rejections.map((reason) => String(reason)),
	},
	{ name: 'errors of the right class, and true', breaches: wrongErrors },
	{ name: 'nothing fails without a reason', breaches: needlessErrors },
	{ name: 'what has failed is told as it is', breaches: mistold },
	{ name: 'what has finished while it slept is not said to run', breaches: givenUpUnread },
];

function itemsOut({ run, plan, given, outputs, failure }: Evidence): string[] {
	if (!run) return [];
	const found: string[] = [];
	if (!failure && run.status !== 'success') {
		found.push(`The execution is ${run.status}, without an error`);
	}
	const inputs = outputs.map(({ input }) => input);
	const missing = given.filter((_, index) => !inputs.includes(index)).length;
	if (missing > 0 || inputs.length !== given.length) {
		found.push(`${given.length} items in, ${inputs.length} out, ${missing} of them missing`);
	}
	for (const [index, { output, input, item }] of outputs.entries()) {
		const before = outputs[index - 1];
		if (before?.output === output && before.input >= input) found.push(`${input} is out of order`);
		const { replyRef, error } = item.json;
		if (error === undefined && replyRef !== given[input]?.json.order) {
			found.push(`Item ${input} has another reference: ${textOf(item)}`);
		}
	}
	const rounds = run.tasks().length;
	const due = Math.ceil(plan.size / batchSizeOf(plan));
	if (!failure && plan.way === 'loop' && rounds !== due) {
		found.push(`The loop came by ${rounds} times, and not ${due} times`);
	}
	return found;
}

/** What the vendor's list has a price of. */
const LISTED = new Set<unknown>(['flux', 'ltxv', 'ltxv-turbo', 'veo2']);

/** As the vendor gives them, to a tenth of a cent. */
const dollarsOf = (credits: unknown) => Math.round(Number(credits) * 1.25) / 1000;

function misjudged({ beforehand, charges, plan, failure, failed }: Evidence): string[] {
	if (!beforehand) return [];
	const { items, verdicts, submitted } = beforehand;
	const found: string[] = [];
	if (beforehand.failure !== undefined) found.push(`The check failed: ${beforehand.failure}`);
	if (submitted > 0) found.push(`${submitted} jobs were submitted beforehand`);
	if (verdicts.length !== items.length) found.push(`${verdicts.length} verdicts`);
	for (const [index, { input, item }] of verdicts.entries()) {
		const { fate, content } = items[input] ?? {};
		const { valid, credits, priceUsd } = item.json;
		const paid = charges.get(content ?? '') ?? [];
		const say = (what: string) => found.push(`Item ${input} ${what}: ${textOf(item)}`);
		if (input !== index) say('is out of order');
		if (valid !== (fate !== 'isInvalid') && !ends.mayMisjudge(plan)) say('is misjudged');
		if (valid === true && (credits !== null) !== LISTED.has(item.json.model))
			say('has a price, or none');
		if (credits !== null && paid.some((charge) => charge.credits !== credits))
			say('has another price');
		if (credits !== null && priceUsd !== dollarsOf(credits)) say('has another price in dollars');
		const isToBePaid = valid === true && fate !== 'isModerated' && failure === undefined;
		if (plan.isCalm && failed.length === 0 && isToBePaid && paid.length === 0)
			say('was not submitted');
	}
	return found;
}

function wrongJobs({ plan, given, outputs, job, contentOf, between }: Evidence): string[] {
	const found: string[] = [];
	const isSurelyTold = plan.isCalm && plan.options.pollForResult === undefined;
	const handedOver = between
		? outputsOf(between.run, plan).filter((output) => !isError(output))
		: [];
	const owners = new Map(handedOver.map(({ item, input }) => [item.json.jobId, input]));
	for (const { input, item } of outputs) {
		const { jobId, error } = item.json;
		const content = contentOf(job(jobId));
		if (content === undefined && error === undefined) found.push(`Item ${input} has no job`);
		if (content !== undefined && content !== given[input]?.content) {
			found.push(`Item ${input} has the job of "${content}"`);
		}
		if (content === undefined) continue;
		// Only the answer to a submission tells it, and not the one that has waited for the result.
		const { generationId = isSurelyTold ? 'none' : undefined } = item.json;
		if (
			generationId !== undefined &&
			generationId !== job(jobId)?.generationId &&
			error === undefined
		) {
			found.push(`Item ${input} has another generation: ${textOf(item)}`);
		}
		const other = owners.get(jobId);
		if (other !== undefined) found.push(`Items ${other} and ${input} have the same job`);
		owners.set(jobId, input);
	}
	return found;
}

const isMadeAgain = (evidence: Evidence, charge: LedgerEntry): boolean =>
	ends.isLostWithTheDead(evidence, charge) ||
	ends.isTriedAgain(evidence, charge) ||
	ends.isNowhere(evidence, charge);

function chargedTwice(evidence: Evidence): string[] {
	const { charges, items, between } = evidence;
	if (ends.isForgotten(evidence)) return [];
	const most = ends.mostChargesOfAnItem(evidence);
	return [...charges].flatMap(([content, entries]) => {
		const count = entries.filter((entry) => !isMadeAgain(evidence, entry)).length;
		const asked = [...items, ...(between?.items ?? [])];
		const allowed = most * asked.filter((item) => item.content === content).length;
		return count > allowed ? [`"${content}" was charged for ${count} times`] : [];
	});
}

function unnamed(evidence: Evidence): string[] {
	const { charges, told, run } = evidence;
	if (!run || ends.isForgotten(evidence)) return [];
	const families = [...told.matchAll(/n8n2\.\S+(?=\.\*)/g)].map(([pattern]) => pattern.split('.'));
	const isOf = (fields: readonly string[], replyRef: string) => {
		const given = replyRef.split('.');
		return fields.every((field, index) => field === '*' || field === given[index]);
	};
	const isNamed = (jobId: string, replyRef = '') =>
		told.includes(jobId) ||
		(replyRef !== '' && told.includes(replyRef)) ||
		families.some((fields) => isOf(fields, replyRef));
	return [...charges.values()].flatMap((entries) => {
		const missing = entries
			.filter((entry) => !ends.isLostWithTheDead(evidence, entry))
			.filter(({ jobId, replyRef }) => !isNamed(jobId, replyRef));
		const isExcused = ends.isSecondOfTheDead(evidence) && missing.length < entries.length;
		if (isExcused) return [];
		return missing.map(({ jobId, replyRef = '' }) => `${jobId}, submitted as ${replyRef}`);
	});
}

/** n8n tries a node again whose first item looks like an error, unless that is asleep. */
function refusedTwice({ naps, plan, items, watch, wasKilled }: Evidence): string[] {
	if (naps.length === 0 || plan.way !== 'node' || plan.onError === 'stopWorkflow' || wasKilled) {
		return [];
	}
	return [...watch.moderated].flatMap(([prompt, times]) => {
		const due = items.filter(({ content }) => content === prompt).length;
		return times > due ? [`"${prompt}" was refused ${times} times`] : [];
	});
}

/** n8n goes on from what it had read of an execution when it was called, also where that is asleep elsewhere by now. */
function ranTwice({ runsBehind }: Evidence): string[] {
	return runsBehind > 1 ? [`The node behind ran ${runsBehind} times`] : [];
}

function lieIns(evidence: Evidence): string[] {
	const { naps, emulator, plan, faultTimes, contentOf } = evidence;
	const settles = settlesIn(plan);
	const timeout = plan.options.timeout * MINUTE_MS;
	return naps.flatMap((nap) => {
		if (ends.isLeftAlone(nap)) return [];
		const { sleptAt, wokeAt = emulator.clock.now() } = nap;
		const contents = new Set(itemsOf(nap, evidence).map(({ content }) => content));
		const own = emulator.jobs.all.filter((job) => contents.has(contentOf(job) ?? ''));
		const jobs = own.filter(({ createdAt }) => createdAt <= sleptAt);
		const readable = jobs.map(({ finishedAt = Infinity }) => finishedAt + settles);
		const due = Math.min(sleptAt + timeout, Math.max(sleptAt, ...readable));
		const lieIn = longestCalm(due, wokeAt, faultTimes);
		return lieIn > ends.longestLieIn(evidence) ? [describeNap(nap, lieIn)] : [];
	});
}

/** What slept: the run between, or one before a form was put right, waits for jobs that the last one knows nothing of. */
function itemsOf({ executionId }: Nap, { items, failed, between }: Evidence): PlannedItem[] {
	const others = between ? [between, ...failed] : failed;
	return others.find(({ run }) => run.executionId === executionId)?.items ?? items;
}

const MINUTE_MS = 60_000;
const GIVEN_UP = /was still running after|could not be seen whether/;

/** Jobs that were over in time, and could be read without a fault, and yet were given up. */
function givenUpUnread(evidence: Evidence): string[] {
	const { naps, plan, faultTimes, charges, given, outputs, job } = evidence;
	const [nap, ...others] = naps;
	if (!nap || others.length > 0 || (plan.behaviour.sparse ?? 0) > 0) return [];
	const { wokeAt = Infinity, waitTill } = nap;
	// At n8n's own timer nobody looks.
	if (wokeAt >= waitTill) return [];
	return outputs.flatMap(({ input, item }) => {
		const [charge, ...more] = charges.get(given[input]?.content ?? '') ?? [];
		if (!GIVEN_UP.test(textOf(item)) || more.length > 0) return [];
		const { createdAt = 0, finishedAt = Infinity } = job(charge?.jobId) ?? {};
		const readableAt = finishedAt + settlesIn(plan);
		const isInTime = readableAt < createdAt + plan.options.timeout * MINUTE_MS;
		const isDisturbed = faultTimes.some((time) => time >= finishedAt && time <= wokeAt);
		return isInTime && !isDisturbed ? [`Item ${input}: ${textOf(item)}`] : [];
	});
}

/** How long after its end a job can be read for sure, in milliseconds. */
function settlesIn({ behaviour }: Plan): number {
	const { assetUrlDelay = 0, unreadableAroundEnd = 0, listedBeyond = 0 } = behaviour;
	return Math.max(assetUrlDelay, unreadableAroundEnd, listedBeyond);
}

/** The longest time between two moments in which no request met a fault, in milliseconds. */
function longestCalm(from: number, to: number, faultTimes: readonly number[]): number {
	const moments = [from, ...faultTimes.filter((time) => time > from && time < to), to];
	return Math.max(...moments.slice(1).map((time, index) => time - (moments[index] ?? time)));
}

const describeNap = ({ sleptAt, wokeAt, waitTill }: Nap, lieIn: number): string =>
	`Slept ${Math.round(lieIn / 1000)} s for nothing, and ${
		wokeAt === undefined ? 'did not wake' : `woke after ${Math.round((wokeAt - sleptAt) / 1000)} s`
	} of ${Math.round((waitTill - sleptAt) / 1000)} s`;

function leaks({ run, logs, told }: Evidence): string[] {
	const tokens = TOKENS.map((token) => token.replace(/^user:/, ''));
	const secrets = [...tokens, ...COOKIE.split(/; \w+=/).slice(1)];
	const places = {
		'what is put out': told,
		'what is stored': run ? JSON.stringify(run.data) : '',
		'the log': logs.map(({ message, metadata }) => `${message} ${metadata}`).join('\n'),
	};
	return Object.entries(places).flatMap(([place, text]) =>
		secrets.filter((secret) => text.includes(secret)).map((secret) => `"${secret}" in ${place}`),
	);
}

/** The classes that an error of a node has. */
export const CLASSES = new Set(['NodeApiError', 'NodeOperationError']);

const BUSY = 'All slots are busy';
const UNCERTAIN = 'may have been submitted';
const NOT_SENT_AGAIN = 'It was not sent again';
const GONE = 'The job is no longer known';
const UNREADABLE = 'goes on or has ended';

/** What an engine says of a bug, and no person should have to read. */
export const RAW =
	/\w*TypeError|RangeError|Cannot (read|set|destructure)|is not (a function|iterable|defined)|\[object Object\]|\bundefined\b|\bNaN\b|Unexpected (token|end)|Invalid time value/;

function wrongErrors(evidence: Evidence): string[] {
	const { plan, failure, outputs, charges, job, told, emulator, given } = evidence;
	const found: string[] = [];
	const wasCapacityRefused = emulator.requests.some(
		({ method, status }) => method === 'GET' && status === 429,
	);
	// A submission waits for a slot, however long that takes.
	if (told.includes(BUSY) && !wasCapacityRefused) found.push(`An error says "${BUSY}"`);
	// The service forgets no job, and always tells one, unless it, an account or the token is no good for long.
	if (told.includes(GONE)) found.push(`An error says "${GONE}"`);
	const { deaths, newTokenAtMs, outages } = plan.trouble;
	const isAllWell =
		deaths.length === 0 &&
		outages.length === 0 &&
		newTokenAtMs === undefined &&
		plan.retry?.hindrance === undefined;
	if (told.includes(UNREADABLE) && isAllWell) {
		found.push(`An error says "${UNREADABLE}"`);
	}
	if (plan.isCalm && told.includes(UNCERTAIN)) found.push(`An error says "${UNCERTAIN}"`);
	const isSettled = !plan.kill && isAllWell;
	// Where the time is up within seconds, it is looked for no longer than that.
	const isPatient = plan.options.timeout > 1 && (plan.behaviour.sparse ?? 0) === 0;
	const mustBeSent = plan.onUncertain === 'resubmit' && isSettled && isPatient;
	if (mustBeSent && told.includes(NOT_SENT_AGAIN)) {
		found.push(`An error says "${NOT_SENT_AGAIN}"`);
	}
	if (isSettled && isPatient && !forgetsReferences(plan)) {
		found.push(...overlooked(evidence));
	}
	if (failure && !CLASSES.has(failure.name)) found.push(`${failure.name}: ${failure.text}`);
	if (failure && RAW.test(failure.text)) found.push(`Raw: ${failure.text}`);
	const contentsBefore = (input: number) => given[input]?.content ?? '';
	for (const output of outputs) {
		const { input, item } = output;
		const { error, json } = item;
		const text = textOf(item);
		if (error && !CLASSES.has(error.name)) found.push(`${error.name} of item ${input}`);
		if (isError(output) && RAW.test(text)) found.push(`Raw: item ${input} says ${text}`);
		const isDenied = text.includes('Nothing was submitted') && !ends.isForgotten(evidence);
		const charged = (charges.get(contentsBefore(input)) ?? []).filter(
			(charge) => !isMadeAgain(evidence, charge),
		);
		if (isDenied && plan.twins === 1 && charged.length > 0) {
			found.push(`Item ${input} says that nothing was submitted: ${text}`);
		}
		if (statusOf(item) === 'completed' && job(json.jobId)?.state !== 'completed') {
			found.push(`Item ${input} says that its job is completed: ${text}`);
		}
	}
	return found;
}

/** Items whose job is said to be nowhere, while it runs or has finished, with its reference. */
function overlooked({ told, charges, job }: Evidence): string[] {
	const orders = [...told.matchAll(/its job was not found.*?\b(order \d+\.\d+)/g)];
	const found = [...charges.values()].flat().filter(({ jobId }) => job(jobId)?.state !== 'failed');
	return orders.flatMap(([, order = '']) =>
		found.some(({ replyRef }) => replyRef?.endsWith(`.${order}`))
			? [`The job of ${order} was there to be found`]
			: [],
	);
}

const isSound = ({ fate }: PlannedItem): boolean => fate === 'completes';

function needlessErrors({ plan, items, given, outputs, failure }: Evidence): string[] {
	if (!plan.isCalm) return [];
	if (failure) return items.every(isSound) || plan.onError !== 'stopWorkflow' ? [failure.text] : [];
	// What fails later is not known yet where nobody waits.
	const isKnown = (output: OutputItem) => isError(output) || plan.waitMode === 'poll';
	const isSurprise = (output: OutputItem) => {
		const item = given[output.input];
		const isFine = !isError(output) && statusOf(output.item) !== 'failed';
		return isKnown(output) && item && isFine !== isSound(item);
	};
	return outputs.filter(isSurprise).map(({ input, item }) => `Item ${input}: ${textOf(item)}`);
}

/** What the node was told of a job that came to no good, it tells of its item: the vendor's words and the state. */
function mistold(evidence: Evidence): string[] {
	const { outputs, watch, charges, given, plan } = evidence;
	if (ends.mayNotHaveHeard(evidence)) return [];
	return outputs.flatMap(({ input, item }) => {
		const [charge, ...others] = charges.get(given[input]?.content ?? '') ?? [];
		const words = charge && watch.failures.get(charge.jobId);
		if (!charge || !words || others.length > 0 || plan.twins > 1) return [];
		if (isMadeAgain(evidence, charge)) return [];
		const text = textOf(item);
		const missing = words.filter((word) => !text.includes(word));
		return missing.map((word) => `Item ${input} does not say "${word}": ${text}`);
	});
}
