import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { mapConcurrently } from './concurrency';

/** What an operation hands over for an item, before it is paired. */
export type OperationResult = INodeExecutionData[];

export type ItemError = NodeApiError | NodeOperationError;

/** What became of an item. */
export type ItemOutcome =
	| { ok: true; result: OperationResult }
	/** `known` is what must not be lost with the error, such as a job ID. */
	| { ok: false; error: ItemError; known?: IDataObject };

/**
 * What an item is called in a text for people, who count from one: `Item 3 of 40`.
 *
 * @param count of how many, where that is known
 */
export const itemLabel = (index: number, count?: number): string =>
	count === undefined ? `Item ${index + 1}` : `Item ${index + 1} of ${count}`;

/** Any error as one that n8n shows well, with its item. */
export function toItemError(
	context: Pick<IExecuteFunctions, 'getNode'>,
	error: unknown,
	item: number,
): ItemError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		error.context.itemIndex ??= item;
		return error;
	}
	return new NodeOperationError(context.getNode(), asError(error), { itemIndex: item });
}

/** Whatever was thrown, as an error. */
export const asError = (thrown: unknown): Error =>
	thrown instanceof Error ? thrown : new Error(String(thrown));

/**
 * Checks all items before anything is sent.
 *
 * @param keepsErrors by default where the node continues on fail
 * @returns what each item is to be, or its error if errors are kept
 * @throws {NodeOperationError} the error of the first bad item otherwise
 */
export function prepareItems<Prepared>(
	context: IExecuteFunctions,
	prepare: (item: number) => Prepared,
	{ keepsErrors = context.continueOnFail() }: { keepsErrors?: boolean } = {},
): Array<Prepared | ItemError> {
	return context.getInputData().map((_, item) => {
		try {
			return prepare(item);
		} catch (error) {
			return keepError(context, error, { item, keepsErrors });
		}
	});
}

/**
 * Goes on with each item that has no error yet, several at once.
 *
 * @param keepsErrors by default where the node continues on fail
 * @returns what each item has come to, or its error if errors are kept
 * @throws {NodeApiError | NodeOperationError} the error of the first item that has one otherwise
 */
export async function mapItems<Item, Result>(
	context: IExecuteFunctions,
	items: ReadonlyArray<Item | ItemError>,
	work: (item: Item, index: number) => Promise<Result>,
	{ atOnce, keepsErrors = context.continueOnFail() }: { atOnce: number; keepsErrors?: boolean },
): Promise<Array<Result | ItemError>> {
	return await mapConcurrently(items, atOnce, async (item, index) => {
		if (isItemError(item)) return item;
		try {
			return await work(item, index);
		} catch (error) {
			return keepError(context, error, { item: index, keepsErrors });
		}
	});
}

/** @throws the error of the item where errors are not kept */
function keepError(
	context: IExecuteFunctions,
	error: unknown,
	{ item, keepsErrors }: { item: number; keepsErrors: boolean },
): ItemError {
	const itemError = toItemError(context, error, item);
	if (!keepsErrors) throw itemError;
	return itemError;
}

export const isItemError = (value: unknown): value is ItemError =>
	value instanceof NodeApiError || value instanceof NodeOperationError;

/** One output list for all items, in their order and paired with them; errors are items of their own. */
export function toOutput(
	context: IExecuteFunctions,
	outcomes: readonly ItemOutcome[],
): INodeExecutionData[] {
	return outcomes.flatMap((outcome, item) =>
		outcome.ok
			? outcome.result.map((output) => ({ ...output, pairedItem: { item } }))
			: [toErrorItem(context.getNode(), outcome, item)],
	);
}

export const toErrorItem = (
	node: INode,
	{ error, known }: Extract<ItemOutcome, { ok: false }>,
	item: number,
): INodeExecutionData => ({
	json: toErrorJson(node, error.message, error.description, known),
	pairedItem: { item },
});

/**
 * What an item holds that stands for an error. It must not have an `error` beside its `json`: n8n would put no more than the
 * error's message in place of all that is in it.
 */
export const toErrorJson = (
	{ onError }: INode,
	error: string,
	description: string | null | undefined,
	known: IDataObject = {},
): IDataObject => ({
	error,
	message: (description ?? '') === '' ? error : description,
	// n8n knows an item for the error output by these two keys alone.
	...(onError === 'continueErrorOutput' ? {} : known),
});
