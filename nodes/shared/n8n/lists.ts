import { NodeOperationError, type ILoadOptionsFunctions } from 'n8n-workflow';

import { connect, type ApiClient } from '../api/client';
import type { ApiDescription } from '../api/description';

/** Somebody looks at the list while it loads, and wants to see soon why it does not. In milliseconds. */
const RETRY_BUDGET_MS = 3_000;

/** Binds the API to the context of a list in the editor, where a call is not retried for long. */
export const connectForList = async (
	context: ILoadOptionsFunctions,
	api: ApiDescription,
): Promise<ApiClient> => await connect(context, api, RETRY_BUDGET_MS);

/** An error whose message n8n shows in the list. */
export const toListError = (context: ILoadOptionsFunctions, message: string) =>
	new NodeOperationError(context.getNode(), message);
