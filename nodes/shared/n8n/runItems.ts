import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { mapConcurrently } from './concurrency';
import { FieldReader } from './fieldReader';
import { connect } from '../api/client';
import type { ItemOperation } from './itemOperation';
import { isItemError, prepareItems, toItemError, toOutput, type ItemOutcome } from './items';

const CONCURRENCY = 10;

/** Runs an operation that does its work for each item by itself, several at once. */
export async function runItems(
	context: IExecuteFunctions,
	operation: ItemOperation,
): Promise<INodeExecutionData[]> {
	const calls = prepareItems(context, (item) => operation.prepare(context, item));
	if (calls.length === 0) return [];
	const concurrency =
		new FieldReader(context, operation.description, 0).integer('concurrency') ?? CONCURRENCY;
	const client = await connect(context);
	const outcomes = await mapConcurrently(calls, concurrency, async (call, item) => {
		if (isItemError(call)) return { ok: false, error: call } satisfies ItemOutcome;
		try {
			return { ok: true, result: await call(client) } satisfies ItemOutcome;
		} catch (error) {
			const itemError = toItemError(context, error, item);
			if (!context.continueOnFail()) throw itemError;
			return { ok: false, error: itemError } satisfies ItemOutcome;
		}
	});
	return toOutput(context, outcomes);
}
