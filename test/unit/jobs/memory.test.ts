import { Memory } from '../../../nodes/shared/jobs/memory';

describe('memory', () => {
	it('outlives the run in the context that n8n keeps', () => {
		const context = {};
		const memory = new Memory(context);
		expect(memory.all()).toEqual([]);
		for (const reference of ['a', 'b', 'c', 'd']) memory.sending(reference);
		memory.submitted('b', 'job b', { generationId: 'gen b' });
		memory.sending('b');
		memory.refused('c');
		memory.sending('d', 'd');
		memory.lost('d', 7_000);

		const again = new Memory(JSON.parse(JSON.stringify(context)) as object);
		expect(again.all()).toEqual([
			{ reference: 'a', jobId: undefined, isResubmitted: false, lostAt: 0 },
			{
				reference: 'b',
				jobId: 'job b',
				facts: { generationId: 'gen b' },
				isResubmitted: false,
				lostAt: 0,
			},
			{ reference: 'd', jobId: undefined, isResubmitted: true, lostAt: 7_000 },
		]);
	});
});
