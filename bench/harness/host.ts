import { setTimeout as delay } from 'node:timers/promises';
import {
	failureOf,
	hasEnded,
	N8nApi,
	type Execution,
	type WorkflowJson,
} from '../../test/n8n-host/api';
import { startN8n, type N8n } from '../../test/n8n-host/instance';
import { ProcessTree } from './processTree';
import { prepareInspector, type CpuProfile, type InspectorSettings } from './inspector';
import type { Service } from './service';

const POLL_INTERVAL_MS = 100;
const TIMEOUT_MS = 15 * 60_000;

const OWNER = {
	email: 'owner@example.com',
	password: 'Owner-password-1',
	firstName: 'Bench',
	lastName: 'Owner',
};

/** What a run of a workflow has cost. */
export interface Measured {
	execution: Execution;
	/** Seconds that n8n gives for a node, over all its runs. */
	seconds: (node: string) => number;
	/** Seconds of processor time of all of n8n. */
	cpu: number;
	/** The most memory that all of n8n has held above the least that it held between runs, in MiB. */
	memory: number;
}

export interface HostOptions {
	tarball: string;
	service: Service;
	env?: Readonly<Record<string, string>>;
}

/** A running n8n that is measured. */
export class Host {
	private tree: ProcessTree;

	/** The least memory that n8n has held between two runs, in MiB. */
	private baseline = Infinity;

	private constructor(
		readonly n8n: N8n,
		readonly api: N8nApi,
		private readonly inspector: InspectorSettings,
	) {
		this.tree = new ProcessTree(n8n.pid() ?? 0);
	}

	/** Starts a fresh n8n with the package installed and the service's credentials in it. */
	static async start({ tarball, service, env }: HostOptions): Promise<Host> {
		const inspector = await prepareInspector();
		const n8n = await startN8n({ tarball, env: { ...inspector.env, ...env } });
		try {
			const api = await N8nApi.connect(n8n.url, OWNER);
			const { token, ltxKey, url } = service;
			await api.createCredential('useapiApi', 'useapi.net', { token, baseUrl: url });
			await api.createCredential('ltxApi', 'LTX', { apiKey: ltxKey, baseUrl: url });
			await api.createCredential('httpBearerAuth', 'Bearer', { token });
			return new Host(n8n, api, inspector);
		} catch (error) {
			await n8n.stop();
			throw error;
		}
	}

	/** @returns the id of the workflow */
	async load(workflow: WorkflowJson): Promise<string> {
		return (await this.api.importWorkflow(workflow, await this.api.credentials())).id;
	}

	/**
	 * Runs a workflow by hand and measures it.
	 * @throws Error that says why it failed
	 */
	async run(workflowId: string): Promise<Measured> {
		this.baseline = Math.min(this.baseline, this.tree.memory());
		this.tree.resetPeak();
		const cpuBefore = this.tree.cpu();
		const id = await this.api.run(workflowId);
		await this.ended(workflowId, id);
		const cpu = this.tree.cpu() - cpuBefore;
		const memory = this.tree.peak() - this.baseline;
		const execution = await this.api.execution(id);
		if (execution.status !== 'success') throw new Error(failureOf(execution));
		return { execution, seconds: (node) => secondsOf(execution, node), cpu, memory };
	}

	/** Lets n8n give back what it no longer needs: from then on, memory is measured above what it holds. */
	async settle(): Promise<void> {
		const inspector = await this.inspector.attach(this.n8n.pid() ?? 0);
		await inspector.collectGarbage();
		inspector.close();
		this.baseline = Infinity;
	}

	/** Deletes an execution with its files. */
	async forget({ id }: Pick<Execution, 'id'>): Promise<void> {
		await this.api.request('POST', '/rest/executions/delete', { ids: [id] });
	}

	/** Starts n8n anew, so that nothing of what was done before is left in its memory. */
	async restart(): Promise<void> {
		await this.n8n.restart();
		this.tree = new ProcessTree(this.n8n.pid() ?? 0);
		this.baseline = Infinity;
	}

	/** Profiles n8n while a workflow runs. From then on it may be slower: to be done last. */
	async profile(workflowId: string): Promise<CpuProfile> {
		const inspector = await this.inspector.attach(this.n8n.pid() ?? 0);
		try {
			return await inspector.profile(() => this.run(workflowId));
		} finally {
			inspector.close();
		}
	}

	async stop(): Promise<void> {
		await this.n8n.stop();
	}

	private async ended(workflowId: string, id: string): Promise<void> {
		const deadline = Date.now() + TIMEOUT_MS;
		while (Date.now() < deadline) {
			// Without its data: to read that would be work for n8n that is no part of the benchmark.
			const [newest] = await this.api.executions(workflowId);
			if (newest?.id === id && hasEnded(newest)) return;
			await delay(POLL_INTERVAL_MS);
		}
		throw new Error(`Execution ${id} takes too long`);
	}
}

function secondsOf({ data }: Execution, node: string): number {
	const runs = data.resultData.runData[node] ?? [];
	return runs.reduce((total, { executionTime }) => total + executionTime, 0) / 1000;
}
