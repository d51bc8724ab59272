/** The parts of a session without which useapi.net cannot act for an account. */
export const COOKIE_PARTS = ['lt_id', 'lt_token', 'lt_refresh_token'] as const;

/** Shorter values, such as a language, are no secrets, and stand in answers by chance. */
const SHORTEST_SECRET = 8;

/** A checked cookie, or the names of what is there and what is missing: never a value. */
export type CookieCheck =
	/** `secrets` must never be shown: the values of all its parts, also of those that LTX Studio has no need of. */
	| { ok: true; text: string; secrets: string[] }
	| { ok: false; present: string[]; missing: string[] };

/**
 * Checks the cookie of an LTX Studio account.
 *
 * @param header a `Cookie` header: `name=value; name=value`
 * @see https://useapi.net/docs/start-here/setup-ltxstudio
 */
export function checkCookie(header: string): CookieCheck {
	const parts = new Map(
		header
			.replace(/^cookie:/i, '')
			.split(';')
			.map((part) => part.trim())
			.flatMap((part): Array<[string, string]> => {
				const at = part.indexOf('=');
				return at > 0 ? [[part.slice(0, at), part.slice(at + 1)]] : [];
			}),
	);
	const missing = COOKIE_PARTS.filter((name) => !parts.get(name));
	if (missing.length > 0) {
		const present = COOKIE_PARTS.filter((name) => parts.get(name));
		return { ok: false, present, missing };
	}
	return {
		ok: true,
		text: [...parts].map(([name, value]) => `${name}=${value}`).join('; '),
		secrets: [...parts].filter(isSecret).map(([, value]) => value),
	};
}

const REQUIRED: ReadonlySet<string> = new Set(COOKIE_PARTS);

/** The account's e-mail address is no secret, and answers name it. */
const EMAIL = /^[^\s@%]+(?:@|%40)[^\s@%]+$/i;

const isSecret = ([name, value]: [string, string]) =>
	!EMAIL.test(value) && (REQUIRED.has(name) || value.length >= SHORTEST_SECRET);
