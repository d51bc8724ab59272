import { Readable } from 'node:stream';
import type { IDataObject, IHttpRequestOptions, IWebhookFunctions } from 'n8n-workflow';

export const TOKEN = 'user:1234-abcdefghijklmnopqrst';
export const BASE_URL = 'https://api.useapi.net';
export const OWN_URL = 'https://n8n.example.com/webhook-waiting/__UNKNOWN__';

/** What an HTTP helper of n8n would give, in the time that it takes to ask. */
export type World = (request: IHttpRequestOptions) => {
	statusCode?: number;
	headers?: IDataObject;
	/** Text where it is asked for as a stream. */
	body?: string;
};

export interface Knock {
	body: unknown;
	query?: unknown;
	headers?: Record<string, unknown>;
}

/** What came of a knock. */
export interface Answer {
	status: number;
	requests: IHttpRequestOptions[];
	lines: string[];
}

/** An n8n whose webhook is called, as far as the package sees of it. Nothing in it takes time. */
export function fakeWebhook(
	{ body, query = {}, headers = {} }: Knock,
	{
		world = () => ({}),
		parameters = {},
		evaluate = () => OWN_URL,
		staticData = {},
		node = 'LTX Studio Trigger',
	}: {
		world?: World;
		parameters?: IDataObject;
		evaluate?: (expression: string) => unknown;
		staticData?: IDataObject;
		node?: string;
	} = {},
) {
	const answer: Answer = { status: 0, requests: [], lines: [] };
	const response = {
		headersSent: false,
		status: (status: number) => {
			answer.status = status;
			return response;
		},
		json: () => {
			response.headersSent = true;
			return response;
		},
	};
	const request = (options: IHttpRequestOptions) => {
		answer.requests.push(options);
		const { statusCode = 200, headers: given = {}, body: text = '{}' } = world(options);
		const content = options.encoding === 'stream' ? Readable.from([Buffer.from(text)]) : text;
		return Promise.resolve({ statusCode, headers: given, body: content });
	};
	const log = (line: string) => void answer.lines.push(line);
	const context = Object.assign(Object.create(null) as IWebhookFunctions, {
		evaluateExpression: evaluate,
		getBodyData: () => body as IDataObject,
		getCredentials: () => Promise.resolve({ token: TOKEN, baseUrl: BASE_URL }),
		getHeaderData: () => headers,
		getInputData: () => [],
		getInstanceBaseUrl: (): string => 'https://n8n.example.com/',
		getMode: () => 'webhook',
		getNode: () => ({ id: 'node', name: node, parameters }),
		getChildNodes: () => [],
		getParentNodes: () => [],
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		getQueryData: () => query as object,
		getRequestObject: () => ({}),
		getResponseObject: () => response,
		getWorkflow: () => ({ id: 'workflow', active: true }),
		getWorkflowStaticData: () => staticData,
		helpers: {
			httpRequest: request,
			httpRequestWithAuthentication: (_credential: string, options: IHttpRequestOptions) =>
				request(options),
		},
		logger: { debug: log, error: log, info: log, warn: log },
	});
	return { context, answer };
}
