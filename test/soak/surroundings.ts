import { drained, toItsEnd } from './ending';
import { mend, revise, type PlannedItem } from './items';
import type { SoakLab } from './lab';
import type { Plan } from './plan';
import type { Surroundings } from './retrying';
import type { Watch } from './watch';
import { workflowOf } from './workflow';

/** What goes on beside the retries of the LTX Studio node. */
export const surroundingsOf = (
	lab: SoakLab,
	plan: Plan,
	watch: Watch,
): Surroundings<PlannedItem> => ({
	mend,
	async runBetween({ run, items }) {
		const { engine, rows } = lab;
		const others = items.map((item, index) => (index === 0 ? item : revise(item)));
		rows.rows = others.map(({ json }) => json);
		handSlotsOver(lab, plan, watch);
		const started = await engine.start({ ...workflowOf(plan), workflow: run.workflowData });
		const ended = await toItsEnd(engine, started.finished);
		await drained(lab);
		return { run: ended, items: others };
	},
	hinder(hindrance) {
		const { accounts, faults } = lab.emulator;
		// Whoever retries has renewed the sessions that are dead.
		for (const [index, { email }] of accounts.all.entries()) {
			accounts.edit(email, { dead: hindrance === 'deadSession' && index === 0 });
		}
		if (hindrance !== 'refusedReads') return () => undefined;
		const status = plan.seed % 2 === 0 ? 401 : 403;
		const match = { method: 'GET', path: /^\/v1\// };
		return faults.add({ kind: 'status', status, body: { error: 'Not allowed' }, match });
	},
});

/**
 * An execution knows of its own slots only. Of what the one before has just taken, the run between, which begins at once, can't
 * know until the scheduler counts it; a retry comes later than that.
 */
function handSlotsOver({ emulator, clock }: SoakLab, { behaviour }: Plan, watch: Watch): void {
	const { slotsLag = false, listedAfter = 0 } = behaviour;
	if (!slotsLag) return;
	for (const { email, createdAt } of emulator.jobs.runningOf()) {
		const unknownMs = createdAt + listedAfter - clock.now();
		if (unknownMs > 0) watch.taken(email, unknownMs);
	}
}
