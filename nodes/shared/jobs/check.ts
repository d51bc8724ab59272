import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { clock } from '../n8n/clock';
import { mapConcurrently } from '../n8n/concurrency';
import { isItemError, type ItemError } from '../n8n/items';
import { sentences } from '../words';
import { Book } from './book';
import { Memory } from './memory';
import type { Desk } from './outcome';
import { describeTotal, paidFor, type PriceTexts } from './price';
import { toError } from './problems';
import type { AccountCapacity, JobService, Submission } from './service';
import { Slots } from './slots';
import { Entry, type Problem } from './state';
import { Submitter } from './submitter';

/** A paid request that is looked at, and not sent. */
export interface Checked {
	submission: Omit<Submission, 'reference'>;
	model: string | undefined;
}

const READS_AT_ONCE = 5;

/**
 * Tells of each item whether a run would take it and what it costs, and in a hint what all of that comes to. Reads what is free and
 * what the accounts have left, and submits nothing.
 *
 * @param refusal why the run as a whole would not begin
 * @param inputOf what an item puts out of what came in
 */
export async function checkOnly(
	{ context, service }: Desk & { context: IExecuteFunctions },
	items: ReadonlyArray<Checked | ItemError>,
	refusal: Error | undefined,
	inputOf: (item: number) => IDataObject | undefined,
): Promise<INodeExecutionData[]> {
	const looked = items.map((item) =>
		isItemError(item)
			? item
			: { ...item, entry: Entry.queued({ ...item.submission, reference: '' }) },
	);
	const entries = looked.flatMap((item) => (isItemError(item) ? [] : item.entry));
	const till = await readTill(service, entries);
	const output = looked.map((item, index): INodeExecutionData => {
		const pairedItem = { item: index };
		const input = inputOf(index);
		if (isItemError(item)) return { json: { ...input, ...unreadable(item) }, pairedItem };
		const { entry, model, submission } = item;
		const { problem } = entry;
		const error = problem
			? toError(context.getNode(), index, problem, { service, entry })
			: refusal;
		const [onlyAccount, ...others] = till.accounts;
		const account = others.length === 0 ? onlyAccount?.account : undefined;
		const json = {
			...input,
			valid: error === undefined,
			problem: error ? wordsOf(error) : null,
			model: model ?? null,
			priceUsd: submission.price?.usd ?? null,
			credits: submission.price?.credits ?? null,
			account: submission.account ?? account ?? null,
		};
		return { json, pairedItem };
	});
	const valid = output.filter(({ json }) => json.valid).length;
	context.addExecutionHints({
		message: describe(output.length, valid, till, service.texts),
		location: 'outputPane',
	});
	return output;
}

/** What is known of an item that could not be read. */
const unreadable = (error: ItemError) => ({
	valid: false,
	problem: wordsOf(error),
	model: null,
	priceUsd: null,
	credits: null,
	account: null,
});

const wordsOf = (error: Error): string =>
	'description' in error && typeof error.description === 'string'
		? `${error.message}. ${error.description}`
		: error.message;

/** What the accounts can take and pay for. */
interface Till {
	accounts: readonly AccountCapacity[];
	/** What they have left together, in credits; undefined where that is not known. */
	credits: number | undefined;
	/** What is to be paid for, whether or not they have so much. */
	wanted: readonly Entry[];
}

/** Gives up what a run would not take, or not be able to pay for. */
async function readTill(service: JobService, entries: readonly Entry[]): Promise<Till> {
	const slots = service.capacity ? new Slots() : Slots.unlimited();
	const memory = new Memory({});
	const book = new Book(entries, false, { clock, memory, slots });
	const open = () => book.inState('queued');
	const giveUp = (entry: Entry, problem: Problem) => {
		book.advance(entry, { type: 'gaveUp', problem });
	};
	const capacity = await service.capacity?.();
	if (capacity?.ok) slots.update(capacity.body, clock.now());
	else if (capacity) {
		for (const entry of open()) giveUp(entry, { kind: 'rejected', failure: capacity.failure });
	}
	const submitter = new Submitter(book, 1, { service, memory, slots });
	for (const entry of open()) submitter.failWithoutAccount(entry);

	const purses = await readPurses(service, slots.names, open());
	const wanted = open().filter((entry) => pursesOf(entry, purses).some(({ end }) => !end));
	const credits = [...purses.values()].reduce((sum, { left }) => sum + left, 0);
	for (const entry of purses.size === 0 ? [] : open()) {
		const problem = pay(pursesOf(entry, purses), entry.submission?.price?.credits ?? 0);
		if (problem) giveUp(entry, problem);
	}
	return {
		accounts: capacity?.ok ? capacity.body.accounts : [],
		credits: purses.size > 0 && Number.isFinite(credits) ? credits : undefined,
		wanted: purses.size === 0 ? open() : wanted,
	};
}

/** What an account has left. */
interface Purse {
	account: string;
	/** In credits; infinite where that is not known. */
	left: number;
	/** Why nothing more can be paid from it. */
	end: Problem | undefined;
}

/** Asks what the accounts have left that items may run on. */
async function readPurses(
	{ balance, refusalOf }: JobService,
	names: readonly string[],
	entries: readonly Entry[],
): Promise<Map<string, Purse>> {
	const wanted = new Set(entries.map(({ submission }) => submission?.account));
	const payers = names.filter((account) => wanted.has(undefined) || wanted.has(account));
	const purses = await mapConcurrently(payers, READS_AT_ONCE, async (account): Promise<Purse> => {
		const answer = await balance?.(account);
		if (answer?.ok) return { account, left: answer.body ?? Infinity, end: undefined };
		const isOut = answer !== undefined && refusalOf(answer.failure) === 'account';
		return isOut
			? { account, left: 0, end: { kind: 'rejected', failure: answer.failure } }
			: { account, left: Infinity, end: undefined };
	});
	return new Map(purses.map((purse) => [purse.account, purse]));
}

const pursesOf = ({ submission }: Entry, purses: ReadonlyMap<string, Purse>): Purse[] =>
	[...purses.values()].filter(
		({ account }) => submission?.account === undefined || submission.account === account,
	);

/**
 * Pays from the purse that has most. One that refuses is not asked again: a run does the same.
 *
 * @returns why it cannot be paid for
 */
function pay(purses: readonly Purse[], credits: number): Problem | undefined {
	const open = purses.filter(({ end }) => !end);
	const [fullest] = [...open].sort((one, other) => other.left - one.left);
	if (!fullest) return purses[0]?.end;
	if (fullest.left < credits) {
		const accounts = open.map(({ account }) => account);
		const end: Problem = { kind: 'noCredits', accounts, left: fullest.left };
		for (const purse of open) purse.end = end;
		return end;
	}
	fullest.left -= credits;
	return undefined;
}

function describe(
	count: number,
	valid: number,
	{ accounts, credits, wanted }: Till,
	texts: PriceTexts,
): string {
	const total = paidFor(wanted);
	const isShort = credits !== undefined && total.credits !== undefined && credits < total.credits;
	const there =
		credits === undefined
			? ''
			: `; ${isShort ? 'only ' : ''}${credits.toLocaleString('en-US')} are there`;
	const sum = (numbers: number[]) => numbers.reduce((all, next) => all + next, 0);
	const slots = sum(accounts.map(({ maxJobs }) => maxJobs));
	const free = sum(accounts.map(({ maxJobs, executing }) => Math.max(0, maxJobs - executing)));
	return sentences(
		`${count} ${count === 1 ? 'item' : 'items'}: ${valid} valid${valid < count ? `, ${count - valid} not` : ''}.`,
		wanted.length === 0 ? '' : `Cost: ${describeTotal(total, texts)}${there}.`,
		accounts.length === 0 ? '' : `${free} of ${slots} slots are free.`,
		'Nothing was submitted: turn "Check Only" off to run it.',
	);
}
