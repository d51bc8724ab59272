/** The parts of a session without which useapi.net cannot act for an account. */
const REQUIRED_PARTS = ['lt_id', 'lt_token', 'lt_refresh_token'] as const;

const SECRET_PARTS = ['lt_token', 'lt_refresh_token'];

/** A checked cookie, or the names of what is there and what is missing: never a value. */
export type CookieCheck =
	/** `secrets` must never be shown. */
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
		const present = REQUIRED_PARTS.filter((name) => parts.get(name));
		return { ok: false, present, missing };
	}
	return {
		ok: true,
		text: [...parts].map(([name, value]) => `${name}=${value}`).join('; '),
		secrets: SECRET_PARTS.flatMap((name) => parts.get(name) ?? []),
	};
}
