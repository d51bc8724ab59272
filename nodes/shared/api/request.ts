import type {
	IDataObject,
	IExecuteFunctions,
	IHookFunctions,
	ILoadOptionsFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { FileSource } from '../files/source';
import type { Meanings } from './description';

/** Every n8n context that can call an API. */
export type ApiContext =
	IExecuteFunctions | ILoadOptionsFunctions | IWebhookFunctions | IHookFunctions;

export interface ApiRequest {
	method: 'GET' | 'POST' | 'DELETE';
	/** Below the base URL, without a leading slash and without a query: `v1/accounts`. */
	path: string;
	query?: IDataObject;
	/** Sent as JSON. */
	body?: IDataObject;
	/** A file to send instead, opened anew for each try. */
	file?: FileSource;
	/** Milliseconds for one try, up to the last byte of its answer. */
	timeout?: number;
	/** Whether the call may be repeated although it may have taken effect. Default: all but POST. */
	repeatable?: boolean;
	/** What a status means at this endpoint, where it differs from what it means to this API. */
	meanings?: Meanings;
	/** Values that must not come back, neither in an error nor in an answer. */
	secrets?: string[];
}
