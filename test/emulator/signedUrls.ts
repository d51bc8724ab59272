import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from './clock';

/** Why a signed URL does not work. */
export type SignatureProblem = 'expired' | 'invalid';

/** Makes and checks URLs that work until they expire. */
export class SignedUrls {
	constructor(
		private readonly clock: Clock,
		private readonly key: string,
		private readonly baseUrl: () => string,
	) {}

	/** @param path path and file name, without a query */
	sign(path: string, ttl: number): { assetUrl: string; expirationDateString: string } {
		const expires = String(this.clock.now() + ttl);
		const query = `expires=${expires}&signature=${this.signature(path, expires)}`;
		return { assetUrl: `${this.baseUrl()}${path}?${query}`, expirationDateString: expires };
	}

	check(path: string, query: Record<string, unknown>): SignatureProblem | undefined {
		const { expires, signature } = query;
		if (typeof expires !== 'string' || typeof signature !== 'string') return 'invalid';
		const expected = Buffer.from(this.signature(path, expires));
		const given = Buffer.from(signature);
		if (expected.length !== given.length || !timingSafeEqual(expected, given)) return 'invalid';
		return this.clock.now() >= Number(expires) ? 'expired' : undefined;
	}

	private signature(path: string, expires: string): string {
		return createHmac('sha256', this.key).update(`${path}\n${expires}`).digest('hex');
	}
}
