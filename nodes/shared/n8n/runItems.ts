import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { concurrencyField, optionsField } from './commonFields';
import { FieldReader } from './fieldReader';
import { connect } from '../api/client';
import type { ApiDescription } from '../api/description';
import type { ItemOperation } from './itemOperation';
import { isItemError, mapItems, prepareItems, toOutput, type ItemOutcome } from './items';

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
	const results = await mapItems(context, calls, async (call) => await call(client), {
		atOnce: concurrency,
	});
	const outcomes = results.map((result): ItemOutcome =>
		isItemError(result) ? { ok: false, error: result } : { ok: true, result },
	);
	return toOutput(context, outcomes);
}
