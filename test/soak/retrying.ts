import type { Clock, Emulator } from '../emulator';
import type { Engine, EngineRun } from '../engine/harness';
import { drained, toItsEnd, type Ending } from './ending';
import { MARK } from './items';
import type { Retry } from './retry';

/** What came of an execution in the end, and of those before it. */
export interface Retried<Item> extends Ending<Item> {
	/** The executions that have failed and were retried. */
	failed: Array<Ending<Item>>;
	/** What the workflow has run for meanwhile. */
	between: Ending<Item> | undefined;
}

/** What goes on beside the retries. */
export interface Surroundings<Item> {
	/** Runs the workflow of an execution for something else, which has the first item in common. */
	runBetween: (ending: Ending<Item>) => Promise<Ending<Item>>;
	/** An item as the form makes it that was put right. */
	mend: (item: Item) => Item;
	/** @returns what takes the hindrance away */
	hinder: (hindrance: Retry['hindrance']) => () => void;
}

const MOST_RETRIES = 2;

/** Retries an execution that has failed, as planned. */
export async function retryFailed<Item>(
	lab: { engine: Engine; emulator: Emulator; clock: Clock },
	retry: Retry | undefined,
	first: Ending<Item>,
	{ runBetween, mend, hinder }: Surroundings<Item>,
): Promise<Retried<Item>> {
	const { engine, clock } = lab;
	const retried: Retried<Item> = { ...first, failed: [], between: undefined };
	while (retry && retried.run.status === 'error' && retried.failed.length < MOST_RETRIES) {
		const { run, items, failed } = retried;
		await drained(lab);
		if (retry.runsBetween) retried.between ??= await runBetween(first);
		await clock.sleep(retry.afterMs);
		if (retry.moves) engine.baseUrl = engine.baseUrl.replace('127.0.0.1', 'localhost');
		const relieve = hinder(failed.length === 0 ? retry.hindrance : undefined);
		failed.push({ run, items });
		const again = engine.retry(run, retry.mends ? mended(run.workflowData) : undefined);
		retried.run = await toItsEnd(engine, again.finished);
		retried.items = retry.mends ? items.map(mend) : items;
		relieve();
	}
	return retried;
}

/** The workflow once somebody has put its form right. */
function mended(workflow: EngineRun['workflowData']): EngineRun['workflowData'] {
	const nodes = workflow.nodes.map((node) => {
		const { prompt } = node.parameters;
		if (typeof prompt !== 'string') return node;
		const right = prompt.replace(/\.prompt \}\}$/, `.prompt.replace(${String(MARK)}, '') }}`);
		return { ...node, parameters: { ...node.parameters, prompt: right } };
	});
	return { ...workflow, nodes };
}
