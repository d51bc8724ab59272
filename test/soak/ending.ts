import type { Clock, Emulator } from '../emulator';
import { AlreadyResumingError, type Engine, type EngineRun } from '../engine/harness';

/** What an execution has come to, and the items as the node was given them last. */
export interface Ending<Item> {
	run: EngineRun;
	items: Item[];
}

const DRAIN_STEP_MS = 250;

/** Resolves once an execution is over, however often it sleeps until then. */
export async function toItsEnd(engine: Engine, ran: Promise<EngineRun>): Promise<EngineRun> {
	const run = await ran;
	return run.status === 'waiting' ? await engine.whenOver(run) : run;
}

/** Resolves once whatever was sent has got to its end. */
export async function drained({
	emulator,
	clock,
}: {
	emulator: Emulator;
	clock: Clock;
}): Promise<void> {
	while (emulator.activity.open > 0) await clock.sleep(DRAIN_STEP_MS);
}

/** n8n goes on with an execution whose time is up. */
export function waitForTimer(
	{ engine, clock }: { engine: Engine; clock: Clock },
	executionId: string,
): void {
	const { waitTill } = engine.stored(executionId);
	if (!waitTill) return;
	clock.at(waitTill.getTime(), () => {
		const now = engine.stored(executionId);
		// It may have gone on, and wait for something else by now.
		if (now.status !== 'waiting' || now.waitTill?.getTime() !== waitTill.getTime()) return;
		engine.resumeByTimer({ executionId }).catch((error: unknown) => {
			if (!(error instanceof AlreadyResumingError)) throw error;
		});
	});
}
