import { mapConcurrently } from '../../../nodes/shared/n8n/concurrency';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('mapConcurrently', () => {
	it.each([1, 3, 100])('has at most %i calls under way, and keeps the order', async (limit) => {
		let underWay = 0;
		let most = 0;
		const items = Array.from({ length: 20 }, (_, index) => index);
		const results = await mapConcurrently(items, limit, async (item) => {
			most = Math.max(most, ++underWay);
			for (let left = (item * 7) % 5; left >= 0; left--) await turn();
			underWay--;
			return item * 2;
		});
		expect(results).toEqual(items.map((item) => item * 2));
		expect(most).toBe(Math.min(limit, items.length));
	});

	it('gives nothing for nothing', async () => {
		expect(await mapConcurrently([], 5, async () => await turn())).toEqual([]);
	});

	it('starts nothing after a failure, and throws the first one once all calls are over', async () => {
		const started: number[] = [];
		let ended = 0;
		const run = mapConcurrently([0, 1, 2, 3, 4, 5], 3, async (item) => {
			started.push(item);
			if (item === 1) throw new Error('first');
			await turn();
			await turn();
			ended++;
			if (item === 2) throw new Error('second');
		});
		await expect(run).rejects.toThrow('first');
		expect(started).toEqual([0, 1, 2]);
		expect(ended).toBe(2);
	});

	it('throws what is no error, too', async () => {
		const refuse = jest.fn<Promise<never>, []>().mockRejectedValue(undefined);
		await expect(mapConcurrently([1], 1, refuse)).rejects.toBeUndefined();
	});
});
