import { setTimeout as delay } from 'node:timers/promises';
import { parse as parseFlatted } from 'flatted';
import { createEmptyRunExecutionData } from 'n8n-workflow';
import type {
	ExecutionStatus,
	IConnections,
	INode,
	INodeCredentialTestResult,
	INodeExecutionData,
	INodeTypeDescription,
	IRunExecutionData,
	IWorkflowSettings,
} from 'n8n-workflow';

const POLL_INTERVAL_MS = 250;
const DEFAULT_TIMEOUT_MS = 120_000;

/** The person that an n8n belongs to. */
export interface Owner {
	email: string;
	password: string;
	firstName: string;
	lastName: string;
}

export interface CredentialReference {
	id: string;
	name: string;
}

export interface Credential extends CredentialReference {
	type: string;
}

/** A workflow as the editor exports it. */
export interface WorkflowJson {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
	pinData?: Record<string, INodeExecutionData[]>;
}

/** A workflow in n8n's database. */
export interface StoredWorkflow extends WorkflowJson {
	id: string;
	active: boolean;
	/** Changes with every saved edit. */
	versionId: string;
}

/** An execution; `data` grows while it runs, if n8n saves its progress. */
export interface Execution {
	id: string;
	workflowId: string;
	status: ExecutionStatus;
	mode: string;
	startedAt: string;
	stoppedAt: string | null;
	waitTill: string | null;
	data: IRunExecutionData;
}

/** A package in Settings > Community Nodes. */
export interface CommunityPackage {
	packageName: string;
	installedVersion: string;
	installedNodes: Array<{ name: string; type: string; latestVersion: number }>;
	failedLoading?: boolean;
}

/** How far n8n is with starting or stopping the triggers of a workflow. */
interface PublicationStatus {
	status: string;
	triggers: Array<{ status: string; errorMessage?: string | null }>;
}

/** n8n has answered with an error. */
export class N8nApiError extends Error {
	constructor(
		request: string,
		readonly status: number,
		readonly body: string,
	) {
		super(`${request} answered ${status}: ${body}`);
		this.name = 'N8nApiError';
	}
}

export interface WaitOptions {
	timeoutMs?: number;
	/** Default: when the execution has ended, well or not. */
	until?: (execution: Execution) => boolean;
	onPoll?: (execution: Execution) => void;
	signal?: AbortSignal;
}

const UNFINISHED: readonly ExecutionStatus[] = ['new', 'running', 'waiting'];

/** True when an execution will not go on. */
export const hasEnded = ({ status }: Pick<Execution, 'status'>): boolean =>
	!UNFINISHED.includes(status);

/** True when the data of an execution is there as well: n8n 1 writes it after the status. */
function isWritten({ status, data }: Execution): boolean {
	const { lastNodeExecuted, error } = data.resultData;
	if (status !== 'success' && status !== 'error') return true;
	return lastNodeExecuted !== undefined || error !== undefined;
}

/** What a node has put out on its first output in its last run; empty when it has not run. */
export function outputOf(execution: Execution, nodeName: string): INodeExecutionData[] {
	return execution.data.resultData.runData[nodeName]?.at(-1)?.data?.main?.[0] ?? [];
}

/** Says why an execution failed: node, message and description. */
export function failureOf({ status, data }: Execution): string {
	const { error, lastNodeExecuted } = data.resultData;
	if (!error) return `The execution ended as "${status}".`;
	const place = lastNodeExecuted === undefined ? '' : `Node "${lastNodeExecuted}": `;
	const description = 'description' in error ? error.description : undefined;
	return [`${place}${error.message}`, description].filter(Boolean).join('\n');
}

/** Fills in the credentials of an imported workflow by their types; those that are not given stay as they are. */
export function withCredentials(
	workflow: WorkflowJson,
	credentials: readonly Credential[],
): WorkflowJson {
	const byType = new Map(credentials.map(({ id, name, type }) => [type, { id, name }]));
	const nodes = workflow.nodes.map((node) => {
		if (!node.credentials) return node;
		const filled = Object.entries(node.credentials).map(
			([type, current]) => [type, byType.get(type) ?? current] as const,
		);
		return { ...node, credentials: Object.fromEntries(filled) };
	});
	return { ...workflow, nodes };
}

/** Client of the API that n8n's own editor uses. Checked with all hosts. */
export class N8nApi {
	private constructor(
		readonly url: string,
		/** The owner's session, as the value of a `Cookie` header. */
		readonly cookie: string,
	) {}

	/** Uses a session that another client has opened. */
	static resume(url: string, cookie: string): N8nApi {
		return new N8nApi(url, cookie);
	}

	/** Logs the owner in; on a new n8n, creates the owner first. */
	static async connect(url: string, owner: Owner): Promise<N8nApi> {
		const anonymous = new N8nApi(url, '');
		const settings = (await anonymous.request('GET', '/rest/settings')) as {
			userManagement: { showSetupOnFirstLoad: boolean };
		};
		const response = settings.userManagement.showSetupOnFirstLoad
			? await anonymous.send('POST', '/rest/owner/setup', owner)
			: await anonymous.send('POST', '/rest/login', {
					emailOrLdapLoginId: owner.email,
					password: owner.password,
				});
		const cookie = response.headers.getSetCookie().map((header) => header.split(';', 1)[0]);
		return new N8nApi(url, cookie.join('; '));
	}

	/**
	 * Sends any request, for what has no method here.
	 * @returns the `data` of n8n's answer
	 * @throws {N8nApiError} on any status but 2xx
	 */
	async request(method: string, path: string, body?: unknown): Promise<unknown> {
		const response = await this.send(method, path, body);
		return ((await response.json()) as { data: unknown }).data;
	}

	private async send(method: string, path: string, body?: unknown): Promise<Response> {
		const response = await fetch(this.url + path, {
			method,
			headers: {
				cookie: this.cookie,
				// n8n closes idle connections: one that is kept may be closed while the next request is sent.
				connection: 'close',
				...(body !== undefined && { 'content-type': 'application/json' }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		if (!response.ok) {
			throw new N8nApiError(`${method} ${path}`, response.status, await response.text());
		}
		return response;
	}

	async createCredential(
		type: string,
		name: string,
		data: Readonly<Record<string, unknown>>,
	): Promise<Credential> {
		return (await this.request('POST', '/rest/credentials', { type, name, data })) as Credential;
	}

	async updateCredential(
		{ id, type, name }: Credential,
		data: Readonly<Record<string, unknown>>,
	): Promise<Credential> {
		const body = { type, name, data };
		return (await this.request('PATCH', `/rest/credentials/${id}`, body)) as Credential;
	}

	/** Presses *Test* in a credential that is stored, but has been filled in anew. */
	async testCredential(
		credential: Credential,
		data: Readonly<Record<string, unknown>>,
	): Promise<INodeCredentialTestResult> {
		const body = { credentials: { ...credential, data } };
		return (await this.request(
			'POST',
			'/rest/credentials/test',
			body,
		)) as INodeCredentialTestResult;
	}

	async credentials(): Promise<Credential[]> {
		return (await this.request('GET', '/rest/credentials')) as Credential[];
	}

	/** Imports a workflow as the editor exports it, and fills in the given credentials by their types. */
	async importWorkflow(
		workflow: WorkflowJson,
		credentials: readonly Credential[] = [],
	): Promise<StoredWorkflow> {
		// n8n 1 takes no workflow that does not say whether it is active.
		const body = { active: false, settings: {}, ...withCredentials(workflow, credentials) };
		return (await this.request('POST', '/rest/workflows', body)) as StoredWorkflow;
	}

	async workflow(id: string): Promise<StoredWorkflow> {
		return (await this.request('GET', `/rest/workflows/${id}`)) as StoredWorkflow;
	}

	/** All workflows that are not archived, without their nodes. */
	async workflows(): Promise<Array<Omit<StoredWorkflow, 'nodes' | 'connections'>>> {
		const filter = encodeURIComponent(JSON.stringify({ isArchived: false }));
		return (await this.request('GET', `/rest/workflows?filter=${filter}`)) as StoredWorkflow[];
	}

	/**
	 * Starts the triggers of a workflow, in the version that was saved last, and waits until they work.
	 * @throws Error when a trigger cannot be started
	 */
	async activate(id: string): Promise<void> {
		const { versionId } = await this.workflow(id);
		await this.request('POST', `/rest/workflows/${id}/activate`, { versionId });
		const failed = (await this.settledTriggers(id)).find(({ status }) => status === 'failed');
		if (failed) throw new Error(`A trigger was not started: ${failed.errorMessage ?? ''}`);
	}

	/** Stops the triggers of a workflow, and waits until they are stopped. */
	async deactivate(id: string): Promise<void> {
		await this.request('POST', `/rest/workflows/${id}/deactivate`, {});
		await this.settledTriggers(id);
	}

	/** Waits until n8n has started or stopped a workflow's triggers; newer releases do so after they have answered. */
	private async settledTriggers(id: string): Promise<PublicationStatus['triggers']> {
		for (;;) {
			const { status, triggers } = await this.publicationStatus(id);
			if (status !== 'in_progress') return triggers;
			await delay(POLL_INTERVAL_MS);
		}
	}

	private async publicationStatus(id: string): Promise<PublicationStatus> {
		try {
			const path = `/rest/workflows/${id}/publication-status`;
			return (await this.request('GET', path)) as PublicationStatus;
		} catch (error) {
			// A release that is done when it answers has nothing to report.
			if (error instanceof N8nApiError && error.status === 404) {
				return { status: 'settled', triggers: [] };
			}
			throw error;
		}
	}

	/**
	 * Runs a workflow from its trigger, as the button in the editor does.
	 * @param trigger name of the trigger node; default: the workflow's manual trigger
	 * @returns the id of the execution
	 */
	async run(id: string, trigger?: string): Promise<string> {
		const workflow = await this.workflow(id);
		const name =
			trigger ?? workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger')?.name;
		if (name === undefined) throw new Error(`"${workflow.name}" has no manual trigger`);
		const body = { workflowData: workflow, triggerToStartFrom: { name } };
		const result = (await this.request('POST', `/rest/workflows/${id}/run`, body)) as {
			executionId: string;
		};
		return result.executionId;
	}

	/** Reads an execution with its data. */
	async execution(id: string): Promise<Execution> {
		const stored = (await this.request('GET', `/rest/executions/${id}`)) as Execution & {
			data: string;
		};
		// n8n stores nothing until the first node is done, or until all are if it does not save its progress.
		const data = parseFlatted(stored.data) as IRunExecutionData | undefined;
		return { ...stored, data: data ?? createEmptyRunExecutionData() };
	}

	/** The executions of a workflow, newest first, without their data. */
	async executions(workflowId: string): Promise<Array<Omit<Execution, 'data'>>> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const page = (await this.request('GET', `/rest/executions?filter=${filter}`)) as {
			results: Array<Omit<Execution, 'data'>>;
		};
		return page.results;
	}

	/**
	 * Waits for an execution.
	 * @throws Error when it takes longer than `timeoutMs`
	 */
	async waitForExecution(
		id: string,
		{ timeoutMs = DEFAULT_TIMEOUT_MS, until = hasEnded, onPoll, signal }: WaitOptions = {},
	): Promise<Execution> {
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const execution = await this.execution(id);
			onPoll?.(execution);
			if (until(execution) && isWritten(execution)) return execution;
			if (Date.now() > deadline) {
				throw new Error(
					`Execution ${id} is still "${execution.status}" after ${timeoutMs / 1000} s`,
				);
			}
			await delay(POLL_INTERVAL_MS, undefined, { signal });
		}
	}

	/**
	 * Runs an execution that has failed once more, as *Retry* in the editor does, and waits until it stops or sleeps.
	 * @returns the id of the new execution
	 */
	async retry(id: string): Promise<string> {
		const body = { loadWorkflow: false };
		const retried = await this.request('POST', `/rest/executions/${id}/retry`, body);
		return (retried as { id: string }).id;
	}

	async stopExecution(id: string): Promise<void> {
		await this.request('POST', `/rest/executions/${id}/stop`);
	}

	/** Reads a file from the binary store, by the `id` of an item's binary data. */
	async binary(id: string): Promise<Buffer> {
		const query = new URLSearchParams({ id, action: 'download' });
		const response = await this.send('GET', `/rest/binary-data?${query.toString()}`);
		return Buffer.from(await response.arrayBuffer());
	}

	/** The descriptions of all nodes that n8n has loaded. */
	async nodeTypes(): Promise<INodeTypeDescription[]> {
		const response = await this.send('GET', '/types/nodes.json');
		return (await response.json()) as INodeTypeDescription[];
	}

	/** Installs a package from the registry, as Settings > Community Nodes does. */
	async installPackage(name: string, version: string): Promise<CommunityPackage> {
		return (await this.request('POST', '/rest/community-packages', {
			name,
			version,
		})) as CommunityPackage;
	}

	async updatePackage(name: string, version: string): Promise<CommunityPackage> {
		return (await this.request('PATCH', '/rest/community-packages', {
			name,
			version,
		})) as CommunityPackage;
	}

	async uninstallPackage(name: string): Promise<void> {
		await this.request('DELETE', `/rest/community-packages?name=${name}`);
	}

	/** What Settings > Community Nodes lists. */
	async communityPackages(): Promise<CommunityPackage[]> {
		return (await this.request('GET', '/rest/community-packages')) as CommunityPackage[];
	}
}
