import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { connect, type UseapiClient } from '../api/client';

/** Somebody looks at the list while it loads, and wants to see soon why it does not. In milliseconds. */
const RETRY_BUDGET_MS = 3_000;

/** Binds the API to the context of a list in the editor, where a call is not retried for long. */
export const connectForList = async (context: ILoadOptionsFunctions): Promise<UseapiClient> =>
	await connect(context, RETRY_BUDGET_MS);
