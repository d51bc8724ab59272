const PRIVATE_NAMES = [/^localhost$/, /\.(localhost|local|internal|lan|home|test)$/, /^[^.:]+$/];

/** Loopback, private, link-local and unspecified ranges. */
const PRIVATE_IPV4 = [
	/^0\./,
	/^10\./,
	/^127\./,
	/^169\.254\./,
	/^172\.(1[6-9]|2\d|3[01])\./,
	/^192\.168\./,
];

const PRIVATE_IPV6 = [/^::1?$/, /^f[cd]/, /^fe[89ab]/, /^::ffff:/];

/** @returns whether the host of a URL can only be reached from the same machine or network */
export function isPrivateHost({ hostname }: URL): boolean {
	const host = hostname.toLowerCase();
	if (host.startsWith('[')) {
		const address = host.slice(1, -1);
		return PRIVATE_IPV6.some((range) => range.test(address));
	}
	return [...PRIVATE_IPV4, ...PRIVATE_NAMES].some((range) => range.test(host));
}
