import { heapGrowth } from '../../../bench/heap';

const JOBS = 200;

it('keeps nothing of executions that slept and went on', async () => {
	const growth = await heapGrowth({ executions: 70, warm: 30, jobs: JOBS });
	// What is known of a job takes more than 1,500 bytes.
	expect(growth / (40 * JOBS)).toBeLessThan(500);
});
