import type { ApiDescription, Explanation, Meanings } from './description';
import {
	BROKEN_SOURCE,
	FORBIDDEN_ADDRESS,
	isBare,
	isInsecure,
	isPage,
	isRetired,
	SIZE_LIMIT,
	TIME_LIMIT,
	UNFIT_REQUEST,
	UNFIT_SOURCE,
	UNREAD_CREDENTIAL,
	type Failure,
} from './failure';

const UNAVAILABLE = 'Wait a while and run the workflow again. Jobs that were submitted go on.';

const TRY_AGAIN = 'Wait a while, and run the node again.';

const CHECK_PROXY = 'Check the Base URL of the credential, and any proxy between n8n and it.';

/** What a status means to any API. Every other status is explained by its class. */
const BY_STATUS: Meanings = {
	400: explainRejection,
	401: (_, { key, label }) => ({
		message: `The ${key.label} was not accepted`,
		description: `Open the ${label} and paste the whole ${key.label}. ${key.hint}`,
	}),
	404: ({ detail, foreign }) => ({
		message: `Not found: ${detail}`,
		description: foreign ? CHECK_PROXY : 'Check the ID or address that you gave.',
	}),
	500: ({ detail }) => ({
		message: `The service failed to do this: ${detail}`,
		description: UNAVAILABLE,
	}),
	522: {
		message: 'The gateway could not reach the API in time (522)',
		description: UNAVAILABLE,
	},
};

/** Explains a request that the API found wrong. */
export function explainRejection({ detail }: Failure): Explanation {
	return {
		message: `The request was rejected: ${detail}`,
		description: 'Correct the field that the message names, then run the node again.',
	};
}

const BY_CODE: Partial<Record<string, string>> = {
	ECONNREFUSED: 'refused the connection',
	ENOTFOUND: 'has no address: its name is unknown',
	EAI_AGAIN: 'could not be looked up: the name server did not answer',
	ECONNRESET: 'closed the connection',
	EPIPE: 'closed the connection',
	ECONNABORTED: 'did not answer in time',
	ETIMEDOUT: 'did not answer in time',
	EHOSTUNREACH: 'cannot be reached from here',
	ENETUNREACH: 'cannot be reached from here',
	ERR_CANCELED: 'was not waited for: the execution was cancelled',
};

const unfitRequest = ({ detail }: Failure): Explanation => ({
	message: `The request cannot be sent: ${detail}`,
	description: 'Nothing was sent. Check the values of the node, and the credential.',
});

/** What this package found out itself, and gave a code of its own. */
const BY_OWN_CODE: Partial<Record<string, (failure: Failure, host: string) => Explanation>> = {
	[BROKEN_SOURCE]: ({ detail }) => ({
		message: `The file to send could not be read: ${detail}`,
		description: 'Check where the file comes from, then run the node again.',
	}),
	[UNFIT_SOURCE]: ({ detail }) => ({
		message: `The file cannot be used: ${detail}`,
		description: 'Sending it was broken off. Give another file, then run the node again.',
	}),
	[FORBIDDEN_ADDRESS]: ({ detail }, host) => ({
		message: `n8n does not allow calls to ${host}: ${detail}`,
		description:
			'n8n is set to keep away from this address. Whoever runs n8n can allow it with N8N_SSRF_ALLOWED_IP_RANGES or N8N_SSRF_ALLOWED_HOSTNAMES.',
	}),
	[TIME_LIMIT]: ({ detail }, host) => ({
		message: `${host} did not finish its answer within ${detail}`,
		description:
			'That is the longest that this call may take. Check the Base URL of the credential, or try again later.',
	}),
	[SIZE_LIMIT]: ({ detail }, host) => ({
		message: `${host} sent more than ${detail}`,
		description: `That is the largest answer that is read. ${CHECK_PROXY}`,
	}),
	[UNREAD_CREDENTIAL]: ({ detail }) => ({
		message: `n8n could not read the ${detail}`,
		description: 'Nothing was sent. Check the credential, and the database of n8n.',
	}),
	[UNFIT_REQUEST]: unfitRequest,
	ERR_INVALID_CHAR: unfitRequest,
};

/**
 * Explains a failure to the person who has to mend it.
 *
 * @param meanings what a status means at the endpoint that was called
 */
export function explain(
	failure: Failure,
	apiHost: string,
	api: ApiDescription,
	meanings: Meanings = {},
): Explanation {
	const { status, unreadable, foreign, detail, host = apiHost } = failure;
	if (status === undefined) return explainNetwork(failure, host);
	if (unreadable) {
		return {
			message: `${host} sent ${detail}`,
			description: CHECK_PROXY,
		};
	}
	if (failure.host !== undefined && status < 500) {
		return { message: `${host}: ${detail}`, description: TRY_AGAIN };
	}
	if (isRetired(failure)) return api.retired;
	// What a status means at the API, the page of a proxy does not say.
	const isOfOthers = foreign && !isBare(failure);
	if (isPage(failure) && status < 500) {
		return { message: `${host} answered ${status}: ${detail}`, description: CHECK_PROXY };
	}
	const ofApi = isOfOthers ? undefined : (meanings[status] ?? api.meanings[status]);
	const known = ofApi ?? BY_STATUS[status];
	if (known) return typeof known === 'function' ? known(failure, api) : known;
	if (status >= 500) {
		return { message: `${host} is unavailable (${status}): ${detail}`, description: UNAVAILABLE };
	}
	return {
		message: `${host} answered ${status}: ${detail}`,
		description: 'Check the Base URL of the credential and the values of the node.',
	};
}

/** Explains why a call got no answer. */
export function explainNetwork(failure: Failure, host: string): Explanation {
	const { code = '', detail } = failure;
	const known = BY_OWN_CODE[code]?.(failure, host);
	if (known) return known;
	const reason = BY_CODE[code];
	if (reason) return { message: `${host} ${reason}`, description: wayOutOf(failure) };
	if (isInsecure(code)) {
		return {
			message: `No secure connection to ${host}: ${detail}`,
			description: 'Its TLS certificate was not accepted. Check the Base URL and any proxy.',
		};
	}
	return { message: `No answer from ${host}: ${detail}`, description: wayOutOf(failure) };
}

const wayOutOf = ({ host }: Failure): string =>
	host === undefined
		? 'Check the Base URL of the credential, and that n8n can reach it.'
		: 'Check that n8n can reach it.';
