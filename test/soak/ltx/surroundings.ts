import { drained } from '../ending';
import type { Surroundings } from '../retrying';
import { mend, revise, type PlannedItem } from './items';
import type { SoakLab } from './lab';
import type { Plan } from './plan';
import { workflowOf } from './workflow';

/** What goes on beside the retries of the LTX node. */
export const surroundingsOf = (lab: SoakLab, plan: Plan): Surroundings<PlannedItem> => ({
	mend,
	async runBetween({ run, items }) {
		const others = items.map((item, index) => (index === 0 ? item : revise(item)));
		const request = { ...workflowOf(plan, others), workflow: run.workflowData };
		const ended = await lab.engine.run(request);
		await drained(lab);
		return { run: ended, items: others };
	},
	hinder(hindrance) {
		if (hindrance === undefined) return () => undefined;
		const match = { method: 'GET', path: /^\/v2\// };
		return lab.emulator.faults.add({ kind: 'status', status: 401, body: REFUSAL, match });
	},
});

const REFUSAL = { type: 'error', error: { type: 'authentication_error', message: 'Not allowed' } };
