const PRIVATE_NAMES = [
	/^localhost$/,
	/\.(localhost|local|internal|intranet|lan|home|corp|private|test|arpa|svc|consul)$/,
	/^[^.:]+$/,
];

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

/** Loopback, private, shared, link-local, unspecified and reserved ranges, and those for all hosts at once. */
const PRIVATE_IPV4 = [
	/^0\./,
	/^10\./,
	/^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
	/^127\./,
	/^169\.254\./,
	/^172\.(1[6-9]|2\d|3[01])\./,
	/^192\.0\.0\./,
	/^192\.168\./,
	/^198\.1[89]\./,
	/^2(2[4-9]|[34]\d|5[0-5])\./,
];

/** The same, and addresses that hold one of version 4. */
const PRIVATE_IPV6 = [/^::/, /^f[cdf]/, /^fe[89a-f]/, /^64:ff9b:/, /^2002:/];

/** @returns whether the host of a URL can only be reached from the same machine or network */
export function isPrivateHost({ hostname }: URL): boolean {
	const host = hostname.toLowerCase().replace(/\.$/, '');
	if (host.startsWith('[')) {
		const address = host.slice(1, -1);
		return PRIVATE_IPV6.some((range) => range.test(address));
	}
	const ranges = IPV4.test(host) ? PRIVATE_IPV4 : PRIVATE_NAMES;
	return ranges.some((range) => range.test(host));
}

/**
 * Whether a file may be read from a URL that came from outside. n8n's own protection, where it is on, checks every address
 * that a name stands for; this is what can be told from the URL alone.
 *
 * @param baseUrl of the API: who has it in a private network reads files from there, too
 */
export const isReachable = (url: URL, baseUrl: URL): boolean =>
	!isPrivateHost(url) || isPrivateHost(baseUrl);
