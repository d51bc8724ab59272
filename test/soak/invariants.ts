import type { LedgerEntry } from '../emulator';
import { COOKIE } from './lab';
import { isError, statusOf, textOf, type Evidence } from './evidence';
import { isCalm } from './plan';

/** What has to hold after every run. */
export interface Invariant {
	name: string;
	/** @returns what broke it */
	breaches: (evidence: Evidence) => string[];
}

export const invariants: readonly Invariant[] = [
	{ name: 'the run ends', breaches: ({ hung }) => (hung === undefined ? [] : [hung]) },
	{ name: 'items in = items out, in order, paired', breaches: itemsOut },
	{ name: 'jobs charged for one item', breaches: chargedTwice },
	{ name: 'every job charged is named', breaches: unnamed },
	{ name: 'never above the slots and the concurrency', breaches: ({ watch }) => watch.excesses },
	{ name: 'no token or cookie anywhere', breaches: leaks },
	{
		name: 'no unhandled rejection',
		breaches: ({ rejections }) => rejections.map((reason) => String(reason)),
	},
	{ name: 'errors of the right class, and true', breaches: wrongErrors },
	{ name: 'nothing fails without a reason', breaches: needlessErrors },
];

function itemsOut({ run, items, outputs, failure, itemOf, job }: Evidence): string[] {
	if (!run || failure) return [];
	const found: string[] = [];
	if (run.status !== 'success') found.push(`The execution is ${run.status}, without an error`);
	const inputs = outputs.map(({ input }) => input);
	const missing = items.filter((_, index) => !inputs.includes(index)).length;
	if (missing > 0 || inputs.length !== items.length) {
		found.push(`${items.length} items in, ${inputs.length} out, ${missing} of them missing`);
	}
	for (const [index, { output, input, item }] of outputs.entries()) {
		const before = outputs[index - 1];
		if (before?.output === output && before.input >= input) found.push(`${input} is out of order`);
		const { jobId, replyRef, error } = item.json;
		const owner = itemOf(job(jobId));
		if (owner === undefined && error === undefined) found.push(`Item ${input} has no job`);
		if (owner !== undefined && owner !== input) {
			found.push(`Item ${input} has the job of item ${owner}`);
		}
		if (error === undefined && replyRef !== items[input]?.json.order) {
			found.push(`Item ${input} has another reference: ${textOf(item)}`);
		}
	}
	return found;
}

function chargedTwice({ charges, plan, wasKilled, emulator }: Evidence): string[] {
	const most = plan.onUncertain === 'resubmit' ? 2 : 1;
	const refunded = new Set(emulator.ledger.refunds.map(({ jobId }) => jobId));
	// A job that failed while nobody ran leaves no trace but its refund.
	const counts = ({ jobId }: LedgerEntry) => !(wasKilled && refunded.has(jobId));
	return [...charges].flatMap(([item, entries]) => {
		const count = entries.filter(counts).length;
		return count > most ? [`Item ${item} was charged for ${count} times`] : [];
	});
}

function unnamed({ charges, told, run, wasKilled, emulator }: Evidence): string[] {
	if (!run) return [];
	const refunded = new Set(emulator.ledger.refunds.map(({ jobId }) => jobId));
	return [...charges.values()]
		.flat()
		.filter(({ jobId }) => !(wasKilled && refunded.has(jobId)))
		.filter(({ jobId, replyRef = '' }) => !isNamed(told, jobId, replyRef))
		.map(({ jobId, replyRef }) => `${jobId}, submitted as ${replyRef ?? ''}`);
}

/** By its ID, its reference, or what the references of the whole run start with. */
function isNamed(told: string, jobId: string, replyRef: string): boolean {
	const [prefix, execution, node, run] = replyRef.split('.');
	const family = [prefix, execution, node, run].join('.');
	const signed = replyRef.split('.').slice(0, 6).join('.');
	return told.includes(jobId) || told.includes(signed) || told.includes(`${family}.*`);
}

function leaks({ run, logs, emulator, told }: Evidence): string[] {
	const token = emulator.token.replace(/^user:/, '');
	const secrets = [token, ...COOKIE.split(/; \w+=/).slice(1)];
	const places = {
		'what is put out': told,
		'what is stored': run ? JSON.stringify(run.data) : '',
		'the log': logs.map(({ message, metadata }) => `${message} ${metadata}`).join('\n'),
	};
	return Object.entries(places).flatMap(([place, text]) =>
		secrets.filter((secret) => text.includes(secret)).map((secret) => `"${secret}" in ${place}`),
	);
}

const CLASSES = new Set(['NodeApiError', 'NodeOperationError']);

const BUSY = 'All slots are busy';

function wrongErrors({ failure, outputs, charges, job, told, emulator }: Evidence): string[] {
	const found: string[] = [];
	const wasCapacityRefused = emulator.requests.some(
		({ method, status }) => method === 'GET' && status === 429,
	);
	// A submission waits for a slot, however long that takes.
	if (told.includes(BUSY) && !wasCapacityRefused) found.push(`An error says "${BUSY}"`);
	if (failure && !CLASSES.has(failure.name)) found.push(`${failure.name}: ${failure.text}`);
	for (const { input, item } of outputs) {
		const { error, json } = item;
		if (error && !CLASSES.has(error.name)) found.push(`${error.name} of item ${input}`);
		if (textOf(item).includes('Nothing was submitted') && charges.has(input)) {
			found.push(`Item ${input} says that nothing was submitted: ${textOf(item)}`);
		}
		if (statusOf(item) === 'completed' && job(json.jobId)?.state !== 'completed') {
			found.push(`Item ${input} says that its job is completed: ${textOf(item)}`);
		}
	}
	const denied = failure && /Item (\d+): .*Nothing was submitted for this item/.exec(failure.text);
	if (denied && charges.has(Number(denied[1]))) found.push(failure.text);
	return found;
}

function needlessErrors({ plan, items, outputs, failure }: Evidence): string[] {
	const isDoomed = items.some(({ fate }) => fate !== 'completes');
	if (!isCalm(plan)) return [];
	if (failure) return isDoomed && plan.onError === 'stopWorkflow' ? [] : [failure.text];
	const surprises = outputs.filter(
		(output) => isError(output) === (items[output.input]?.fate === 'completes'),
	);
	// What fails later is not known yet where nobody waits.
	const known = surprises.filter((output) => isError(output) || plan.waitMode === 'poll');
	return known.map(({ input, item }) => `Item ${input}: ${textOf(item)}`);
}
