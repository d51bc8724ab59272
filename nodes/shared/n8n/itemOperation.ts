import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { ApiClient } from '../api/client';
import type { ApiRequest } from '../api/request';
import { pathSegment } from '../api/text';
import { FieldReader } from './fieldReader';
import type { OperationResult } from './items';

/** A call of the API: `GET v1/things/{id}`. */
export type Endpoint = `${ApiRequest['method']} ${string}`;

/** The types of the fields that a simplified output consists of; each may also be null. */
export type OutputFields = Readonly<
	Record<string, 'array' | 'boolean' | 'number' | 'object' | 'string'>
>;

/** What an operation says of itself. Drop-downs, reference pages, output schemas and contract tests are made from it. */
export interface OperationFacts {
	/** What it is called in the Operation drop-down. */
	name: string;
	/** What it does, in half a sentence below its name. */
	summary: string;
	/** What it is called in the nodes panel and below the node. */
	action: string;
	/** The call that it makes; undefined where it makes none, or several. */
	endpoint?: Endpoint;
	/** Where the vendor describes that call. */
	page?: string;
	/** What a simplified output consists of. */
	output: OutputFields;
	/** The same for version 1 of its node, where that puts out something else. */
	firstOutput?: OutputFields;
	/** The fields of its form. */
	description: INodeProperties[];
}

/** An operation that does its work for each item by itself. */
export interface ItemOperation extends OperationFacts {
	kind: 'item';
	/** Reads and checks an item, and returns what is to be done for it once all items are checked. */
	prepare(
		context: IExecuteFunctions,
		item: number,
	): (client: ApiClient) => Promise<OperationResult>;
}

interface ItemCall {
	context: IExecuteFunctions;
	client: ApiClient;
	item: number;
}

interface ItemDefinition<Input> extends OperationFacts {
	read: (form: FieldReader, context: IExecuteFunctions, item: number) => Input;
	execute: (call: ItemCall, input: Input) => Promise<OperationResult>;
}

/** Defines an operation by what it says of itself, how it reads an item, and what it does with it. */
export function itemOperation<Input>({
	read,
	execute,
	...facts
}: ItemDefinition<Input>): ItemOperation {
	return {
		...facts,
		kind: 'item',
		prepare: (context, item) => {
			const input = read(new FieldReader(context, facts.description, item), context, item);
			return async (client) => await execute({ context, client, item }, input);
		},
	};
}

/**
 * @param parameters the values of what stands in braces in the path, not encoded yet
 * @returns the method and path of a call
 */
export function requestTo(
	endpoint: Endpoint,
	parameters: Readonly<Record<string, string>> = {},
): Pick<ApiRequest, 'method' | 'path'> {
	const [method, path] = endpoint.split(' ') as [ApiRequest['method'], string];
	return {
		method,
		path: path.replace(/\{(\w+)\}/g, (_, name: string) => pathSegment(parameters[name] ?? '')),
	};
}
