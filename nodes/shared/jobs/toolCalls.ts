import type { IDataObject } from 'n8n-workflow';

import { Memory } from './memory';

/** A call of a tool, over all its tries. */
export interface ToolCall {
	readonly memory: Memory;
	/** The run of the tool, as its first try has counted it, and what tells it from other calls: n8n counts them anew for each item. */
	readonly run: string;
}

/**
 * The calls by what they were given: n8n gives each try of a tool a new context and another run index, but the very same input,
 * and no other call has that.
 */
const calls = new WeakMap<IDataObject, ToolCall>();

/**
 * @param input the json of the first item
 * @param run the run index of this try
 * @returns the call that this is a try of
 */
export function toolCallOf(input: IDataObject, run: string): ToolCall {
	const known = calls.get(input);
	if (known) return known;
	const nonce = Math.random().toString(36).slice(2, 10);
	const call = { memory: new Memory({}), run: `${run}-${nonce}` };
	calls.set(input, call);
	return call;
}
