/** A request that the emulator got. */
export interface LoggedRequest {
	time: number;
	method: string;
	/** Raw path, without the query. */
	path: string;
	query: Record<string, unknown>;
	/** Names in lower case, the token blotted out. */
	headers: Record<string, string | string[] | undefined>;
	/** Parsed JSON or form fields. */
	body: unknown;
	/** How much of a body came. */
	bytes: number;
	/** Undefined while there is no answer, 0 when the connection was cut before one. */
	status: number | undefined;
}

/** So many requests are remembered; of more the oldest half is forgotten. */
const MOST_REQUESTS = 200_000;

/** Adds a request to the log. */
export function remember(log: LoggedRequest[], request: LoggedRequest): void {
	if (log.length >= MOST_REQUESTS) log.splice(0, MOST_REQUESTS / 2);
	log.push(request);
}

/** Headers that may be shown: the scheme is told and the token is not. */
export function withoutToken(headers: LoggedRequest['headers']): LoggedRequest['headers'] {
	const { authorization } = headers;
	if (typeof authorization !== 'string') return headers;
	return { ...headers, authorization: `${authorization.split(' ', 1)[0] ?? ''} …` };
}
