/**
 * One request to the emulated API and the answer it got, as both sides saw them: what a contract
 * can be checked against.
 */
export interface Exchange {
	request: {
		method: string;
		/** Raw path as it stood in the request line, starting with `/v1/` or `/v2/`, without the query. */
		path: string;
		query: Record<string, string | string[]>;
		/** Names in lower case. */
		headers: Record<string, string>;
		/** Parsed JSON or form fields; undefined for uploads and requests without a body. */
		body?: unknown;
		/** Media type without its parameters. */
		contentType?: string;
	};
	response: {
		/** 0 when the connection was cut before an answer. */
		status: number;
		headers: Record<string, string>;
		/** Parsed JSON, the text of any other answer, or undefined when there was no body. */
		body?: unknown;
	};
	/** True when a fault or an odd behaviour shaped this exchange: the answer is none that the API's pages tell of. */
	fault: boolean;
}
