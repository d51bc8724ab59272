/** The parts of a session without which useapi.net cannot act for an account. */
const REQUIRED_PARTS = ['lt_id', 'lt_token', 'lt_refresh_token'] as const;

export interface SessionCookie {
	text: string;
	/** The values that must never be shown. */
	secrets: string[];
}

/** A cookie that cannot work. It names what is missing and never holds a value. */
export class CookieError extends Error {
	constructor(
		/** The names of the parts that are there. */
		readonly given: string,
		readonly expected: string,
		readonly missing: readonly string[],
	) {
		super(`The cookie lacks ${missing.join(', ')}`);
	}
}

/**
 * Checks the cookie of an LTX Studio account.
 *
 * @param text a `Cookie` header: `name=value; name=value`
 * @throws {CookieError} when a part is missing or empty
 * @see https://useapi.net/docs/start-here/setup-ltxstudio
 */
export function parseCookie(text: string): SessionCookie {
	const parts = new Map(
		text
			.replace(/^cookie:\s*/i, '')
			.split(';')
			.map((part) => part.trim())
			.flatMap((part): Array<[string, string]> => {
				const at = part.indexOf('=');
				return at > 0 ? [[part.slice(0, at), part.slice(at + 1)]] : [];
			}),
	);
	const missing = REQUIRED_PARTS.filter((name) => !parts.get(name));
	if (missing.length > 0) {
		const names = [...parts.keys()].filter((name) => name.startsWith('lt_'));
		throw new CookieError(
			`a cookie with ${names.join(', ') || 'none of the parts'}`,
			`a cookie with ${missing.join(', ')} too`,
			missing,
		);
	}
	return {
		text: [...parts].map(([name, value]) => `${name}=${value}`).join('; '),
		secrets: ['lt_token', 'lt_refresh_token'].flatMap((name) => parts.get(name) ?? []),
	};
}
