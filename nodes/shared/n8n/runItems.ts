import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { concurrencyField, optionsField } from './commonFields';
import { mapConcurrently } from './concurrency';
import { FieldReader } from './fieldReader';
import { connect } from '../api/client';
import type { ApiDescription } from '../api/description';
import type { ItemOperation } from './itemOperation';
import { isItemError, prepareItems, toItemError, toOutput, type ItemOutcome } from './items';

/** Runs an operation that does its work for each item by itself, several at once. */
export async function runItems(
	context: IExecuteFunctions,
	operation: ItemOperation,
	api: ApiDescription,
): Promise<INodeExecutionData[]> {
	const calls = prepareItems(context, (item) => operation.prepare(context, item));
	if (calls.length === 0) return [];
	// Those that do not offer it have its default.
	const fields = [...operation.description, optionsField([concurrencyField])];
	const concurrency = new FieldReader(context, fields, 0).integer(concurrencyField.name);
	const client = await connect(context, api);
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
