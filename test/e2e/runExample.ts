import { failureOf, type Credential, type Execution, type WorkflowJson } from '../n8n-host/api';
import { readExample, type Stage } from './setup';

interface Changes {
	/** Credentials beside those of the stage. */
	credentials?: Credential[];
	/** What a person would fill in before the first run. */
	edit?: (workflow: WorkflowJson) => void;
	/** Publishes the workflow before it runs. */
	publish?: boolean;
}

/**
 * Imports an example and runs it to its end.
 * @returns the id of the workflow, and its execution
 * @throws Error when it does not succeed
 */
export async function runExample(
	{ api, credentials }: Pick<Stage<unknown>, 'api' | 'credentials'>,
	name: string,
	{ credentials: more = [], edit, publish = false }: Changes = {},
): Promise<{ id: string; execution: Execution }> {
	const example = await readExample(name);
	edit?.(example);
	const { id } = await api.importWorkflow(example, [...credentials, ...more]);
	if (publish) await api.activate(id);
	const execution = await api.waitForExecution(await api.run(id), { timeoutMs: 170_000 });
	if (execution.status !== 'success') throw new Error(failureOf(execution));
	return { id, execution };
}

/** Fills in a field of an Edit Fields node. */
export function setField(workflow: WorkflowJson, node: string, field: string, value: string): void {
	const parameters = workflow.nodes.find(({ name }) => name === node)?.parameters.assignments as
		{ assignments: Array<{ name: string; value: string }> } | undefined;
	const assignment = parameters?.assignments.find(({ name }) => name === field);
	if (!assignment) throw new Error(`"${node}" has no field "${field}"`);
	assignment.value = value;
}
