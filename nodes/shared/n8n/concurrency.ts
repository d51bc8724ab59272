/**
 * Maps items with at most `limit` calls under way at once.
 *
 * @returns the results in the order of the items
 * @throws what the first failing call throws, once no call is under way any more; nothing new is started after it
 */
export async function mapConcurrently<Item, Result>(
	items: readonly Item[],
	limit: number,
	map: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
	const results = new Array<Result>(items.length);
	const failures: unknown[] = [];
	const entries = items.entries();

	const work = async () => {
		for (const [index, item] of entries) {
			try {
				results[index] = await map(item, index);
			} catch (error) {
				failures.push(error);
			}
			if (failures.length > 0) return;
		}
	};

	await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
	if (failures.length > 0) throw failures[0];
	return results;
}

/** Lets so many through at once; who comes later waits until one of them is done. */
export class Gate {
	private readonly waiting: Array<() => void> = [];

	constructor(private free: number) {}

	async pass<Result>(work: () => Promise<Result>): Promise<Result> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
		try {
			return await work();
		} finally {
			const next = this.waiting.shift();
			if (next) next();
			else this.free++;
		}
	}
}

/** @returns what does something when it is first called, and hands out what came of it from then on */
export function once<Result>(act: () => Promise<Result>): () => Promise<Result> {
	let result: Promise<Result> | undefined;
	return async () => await (result ??= act());
}
