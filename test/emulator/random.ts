/** Returns the next number of a repeatable sequence, at least 0 and below 1. */
export type Random = () => number;

/** The mulberry32 generator: small, fast and the same everywhere for the same seed. */
export function seededRandom(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** A string of `length` hexadecimal digits. */
export function randomHex(random: Random, length: number): string {
	let digits = '';
	while (digits.length < length) {
		digits += Math.floor(random() * 2 ** 32)
			.toString(16)
			.padStart(8, '0');
	}
	return digits.slice(0, length);
}

/** A version 4 UUID. */
export function randomUuid(random: Random): string {
	const hex = randomHex(random, 30);
	const variant = '89ab'.charAt(Math.floor(random() * 4));
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		`4${hex.slice(12, 15)}`,
		`${variant}${hex.slice(15, 18)}`,
		hex.slice(18, 30),
	].join('-');
}

/** One of the elements, each as likely as the others; undefined when there is none. */
export function pick<T>(random: Random, elements: readonly T[]): T | undefined {
	return elements[Math.floor(random() * elements.length)];
}
