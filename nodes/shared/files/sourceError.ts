import { NodeOperationError, type IExecuteFunctions, type INode } from 'n8n-workflow';

import { explainNetwork } from '../api/explain';
import {
	BROKEN_SOURCE,
	networkFailure,
	toThrownFailure,
	UNFIT_SOURCE,
	type Failure,
} from '../api/failure';
import { isTransient } from '../api/retryPolicy';
import { itemLabel } from '../n8n/items';

/** The file is not fit to be sent. */
export class UnfitError extends Error {}

/** The file may be there later. */
export class AwayError extends Error {}

/** A file could not be opened, in words for the user. */
export class SourceError extends NodeOperationError {
	/** @param failure the same for whoever tries again, or asks for something else that needs the file */
	constructor(
		node: INode,
		message: string,
		options: { description: string; itemIndex: number },
		readonly failure: Failure,
	) {
		super(node, message, options);
		// n8n knows it by that.
		this.name = NodeOperationError.name;
	}
}

/**
 * Words why the file of an item could not be opened.
 *
 * @param label what the file is called
 */
export function toSourceError(
	context: IExecuteFunctions,
	item: number,
	label: string,
	error: unknown,
): SourceError {
	const { verb, reason, failure } = explainSource(error, label);
	const message = `The file cannot be ${verb}: ${reason}`;
	const description = `${itemLabel(item, context.getInputData().length)}: ${label}. Nothing was sent.`;
	return new SourceError(context.getNode(), message, { description, itemIndex: item }, failure);
}

/** A file that n8n has lost stays lost, and a name that is unknown stays so. */
const FOR_GOOD = new Set(['ENOENT', 'ENOTFOUND']);

/** Says why a file could not be opened. */
function explainSource(
	error: unknown,
	label: string,
): { verb: 'used' | 'read'; reason: string; failure: Failure } {
	if (error instanceof UnfitError) {
		const reason = error.message;
		return { verb: 'used', reason, failure: networkFailure(UNFIT_SOURCE, `${reason} (${label})`) };
	}
	const thrown = toThrownFailure(error);
	const reason =
		error instanceof AwayError ? error.message : explainNetwork(thrown, 'the server').message;
	const detail = `${reason} (${label})`;
	const mayPass = isTransient(thrown) && !FOR_GOOD.has(thrown.code ?? '');
	const failure = mayPass
		? networkFailure(BROKEN_SOURCE, detail)
		: networkFailure(UNFIT_SOURCE, `it cannot be read: ${detail}`);
	return { verb: 'read', reason, failure };
}
