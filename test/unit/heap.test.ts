import { heapGrowth } from '../../bench/heap';

const WARM = 20;
const EXECUTIONS = 50;
const JOBS = 100;

it('keeps nothing of executions that slept and went on', async () => {
	const growth = await heapGrowth({ executions: EXECUTIONS, warm: WARM, jobs: JOBS });
	// What is known of a job takes more than 1,500 bytes.
	expect(growth / ((EXECUTIONS - WARM) * JOBS)).toBeLessThan(250);
});
