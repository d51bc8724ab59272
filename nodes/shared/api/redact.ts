import type { Failure } from './failure';
import { decoded, HIDDEN, printable } from './text';

/** So much of a secret in a row gives something of it away. Shorter secrets are only looked for as a whole. */
const SHORTEST_RUN = 12;
const SHORTEST_SECRET = 8;
/** Any run of the shortest length holds a block of this length that begins at a multiple of it: few places need to be looked at. */
const BLOCK = 6;

const LONGEST_DETAIL = 1000;

/** What no answer of an API has to tell, whoever it belongs to. */
export interface Confidential {
	/** Keys whose text is hidden, in lower case. */
	keys: readonly string[];
	/** What is hidden wherever it stands; with the flag `g`. */
	text: readonly RegExp[];
}

/** Takes secrets out of what comes from outside, whether they come back whole, in part, or in another notation. */
export class Redactor {
	private readonly short: string[];
	private readonly blocks = new Set<string>();
	private readonly keys: ReadonlySet<string>;
	/** Finds any of the keys in JSON. */
	private readonly anyKey: RegExp;

	constructor(
		secrets: readonly string[],
		private readonly confidential: Confidential,
	) {
		this.keys = new Set(confidential.keys);
		this.anyKey = new RegExp(`"(?:${confidential.keys.join('|')})"`, 'i');
		const forms = [...new Set(secrets.flatMap(formsOf))];
		this.short = forms.filter(({ length }) => length >= SHORTEST_SECRET && length < SHORTEST_RUN);
		for (const form of forms) {
			if (form.length < SHORTEST_RUN) continue;
			for (let at = 0; at + BLOCK <= form.length; at++) {
				this.blocks.add(form.slice(at, at + BLOCK));
			}
		}
	}

	/** @returns a failure that can be shown */
	failure({ detail, body, ...failure }: Failure): Failure {
		return {
			...failure,
			detail: printable(this.text(detail), LONGEST_DETAIL),
			...(body === undefined ? {} : { body: this.values(body) }),
		};
	}

	/**
	 * @param value what was parsed
	 * @param source what it was parsed from: most answers hold no secret, which is seen here more quickly
	 */
	json(value: unknown, source: string): unknown {
		const isClean =
			!source.includes('\\') && this.text(source) === source && !this.anyKey.test(source);
		return isClean ? value : this.values(value);
	}

	text(text: string): string {
		const whole = [...this.short, ...this.confidential.text].reduce<string>(
			(rest, secret) => rest.replaceAll(secret, HIDDEN),
			text,
		);
		let shown = '';
		let end = 0;
		for (let at = 0; at + BLOCK <= whole.length; at += BLOCK) {
			if (at < end || !this.isKnown(whole, at)) continue;
			let from = at;
			while (from > end && this.isKnown(whole, from - 1)) from--;
			let to = at;
			while (this.isKnown(whole, to + 1)) to++;
			to += BLOCK;
			if (to - from < SHORTEST_RUN) continue;
			shown += whole.slice(end, from) + HIDDEN;
			end = to;
		}
		return shown + whole.slice(end);
	}

	private isKnown(text: string, at: number): boolean {
		return this.blocks.has(text.slice(at, at + BLOCK));
	}

	private values(value: unknown): unknown {
		if (typeof value === 'string') return this.text(value);
		if (Array.isArray(value)) return value.map((one) => this.values(one));
		if (typeof value !== 'object' || value === null) return value;
		return Object.fromEntries(
			Object.entries(value).map(([key, one]) => [
				this.text(key),
				typeof one === 'string' && this.keys.has(key.toLowerCase()) ? HIDDEN : this.values(one),
			]),
		);
	}
}

/** A secret as it may come back: without its quotes, decoded, encoded, in Base64 or in hexadecimal digits. */
function formsOf(secret: string): string[] {
	const bare = secret.replace(/^"(.*)"$/s, '$1');
	const plain = [secret, bare, decoded(bare)];
	return plain.flatMap((text) => [
		text,
		encodeURIComponent(Buffer.from(text).toString()),
		Buffer.from(text).toString('hex'),
		...base64Of(text),
	]);
}

/** Base64 depends on how many bytes stand before the text: what all three have in common with it, in both alphabets. */
const base64Of = (text: string): string[] =>
	[0, 1, 2].flatMap((before) => {
		const encoded = Buffer.from('-'.repeat(before) + text).toString('base64url');
		// The first and the last digits also hold bits of what stands around the text.
		const own = encoded.slice(before === 0 ? 0 : before + 1, -1);
		return [own, own.replaceAll('-', '+').replaceAll('_', '/')];
	});
