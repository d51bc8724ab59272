import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	createRunExecutionData,
	UnexpectedError,
	type ExecutionStatus,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type IDataObject,
	type INodeCredentialTestResult,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodePropertyOptions,
} from 'n8n-workflow';

import { useClock } from './clock';
import { BinaryDataConfig, BinaryDataService, Container } from './core';
import { CredentialsHelper } from './credentials';
import { Instance } from './instance';
import { readBinary, toItems } from './items';
import { RecordingLog, type LogLine } from './log';
import { testCredential } from './credentialTest';
import { listSearch, loadOptions, type FormRequest } from './methods';
import { NodeTypeRegistry, type NodeClass } from './nodeTypes';
import type { NodeRequest, RunRequest, WebhookOutcome, WebhookRequest } from './requests';
import type { EngineRun } from './run';
import { Runner, type StartedExecution } from './runner';
import { aroundNode } from './singleNode';
import { TriggerWebhooks } from './triggers';
import { WaitingWebhooks } from './waiting';
import { callWaiting } from './waitingCall';
import { toWorkflow, type WorkflowSpec } from './workflowSpec';

export interface EngineOptions {
	/** Node types by their short name. `items`, `noOp` and `errorSink` hand items on and are always there. */
	nodes: Record<string, NodeClass>;
	credentialTypes?: ICredentialType[];
	/** What is filled in for a credential type; nodes that take the type get it. */
	credentials?: Record<string, ICredentialDataDecryptedObject>;
	/** Where n8n keeps files: in memory, or in a temporary folder. Default: filesystem. */
	binaryMode?: 'default' | 'filesystem';
	/** Where n8n would be reached from outside, with a slash at its end. */
	baseUrl?: string;
	/**
	 * Whether executions are written down before and after each run, as n8n does. Without it nothing
	 * can be resumed, killed or restarted; memory can then be measured without the copies. Default: true.
	 */
	storesExecutions?: boolean;
}

/**
 * n8n's engine without its server. It runs real nodes with real contexts and helpers; what n8n keeps
 * in its database is kept as text, so that whatever is resumed has been through it.
 */
export class Engine {
	readonly waiting: WaitingWebhooks;

	readonly triggers: TriggerWebhooks;

	readonly log: RecordingLog;

	private readonly runner: Runner;

	private readonly closers: Array<() => Promise<void> | void> = [];

	constructor(
		private readonly instance: Instance,
		storesExecutions: boolean,
	) {
		this.log = instance.log;
		this.runner = new Runner(instance, storesExecutions);
		this.waiting = new WaitingWebhooks(instance, this.runner);
		this.triggers = new TriggerWebhooks(instance, this.runner);
	}

	/** Where n8n would be reached from outside, with a slash at its end. */
	get baseUrl(): string {
		return this.instance.baseUrl;
	}

	set baseUrl(url: string) {
		this.instance.baseUrl = url;
	}

	/** Everything that was logged since the engine was made. */
	get logs(): LogLine[] {
		return this.log.lines;
	}

	/** Starts a workflow, and gives back what it is stopped by. */
	async start(request: RunRequest): Promise<StartedExecution> {
		const { nodeTypes, credentials, workflows } = this.instance;
		const workflowData = toWorkflow(request.workflow, nodeTypes, credentials);
		workflows.save(workflowData);
		const { nodes } = workflowData;
		const node = nodes.find(({ name }) => name === (request.startNode ?? nodes[0]?.name));
		const last = nodes.at(-1);
		if (!node || !last) throw new UnexpectedError('The workflow has no such start node');
		const executionId = request.executionId ?? this.runner.newExecutionId();
		const items = await toItems(request.startItems ?? [{}], workflowData.id, executionId);
		const data = createRunExecutionData({
			executionData: { nodeExecutionStack: [{ node, data: { main: [items] }, source: null }] },
		});
		const { mode = 'trigger', subject = last.name, cancelSignal } = request;
		const started = this.runner.start({ mode, workflowData, data, subject, executionId });
		if (cancelSignal?.aborted) started.cancel();
		cancelSignal?.addEventListener('abort', started.cancel, { once: true });
		return started;
	}

	/** Runs a workflow to its end or to where it waits. */
	async run(request: RunRequest): Promise<EngineRun> {
		const { finished } = await this.start(request);
		return await finished;
	}

	/** Starts a single node with its items before it, and a node behind each output. */
	async startNode(request: NodeRequest): Promise<StartedExecution> {
		return await this.start(aroundNode(request, this.instance.nodeTypes));
	}

	/** Runs a single node with its items before it, and a node behind each output. */
	async runNode(request: NodeRequest): Promise<EngineRun> {
		return await this.run(aroundNode(request, this.instance.nodeTypes));
	}

	/**
	 * Calls the `webhook()` of the node that an execution waits in, and stops there.
	 * A refusal by n8n, such as 409, is a response like any other.
	 */
	async callWebhook(
		run: Pick<EngineRun, 'executionId'>,
		request: WebhookRequest = {},
	): Promise<WebhookOutcome> {
		return await callWaiting(this.waiting, run.executionId, request);
	}

	/**
	 * Goes on with what a webhook call returned, as n8n does right after it.
	 * @throws {AlreadyResumingError} when the execution does not wait any more
	 */
	async resume({ verdict, workflowData }: WebhookOutcome): Promise<EngineRun> {
		if (!verdict || !workflowData) throw new UnexpectedError('The webhook call resumed nothing');
		return await this.waiting.resume(verdict, workflowData).finished;
	}

	/**
	 * Lets the time-out of a waiting execution come: its node hands its input items on.
	 * @throws {AlreadyResumingError} when the execution does not wait any more
	 */
	async resumeByTimer({ executionId }: Pick<EngineRun, 'executionId'>): Promise<EngineRun> {
		return await this.waiting.resumeByTimer(executionId).finished;
	}

	/**
	 * What there is of an execution after n8n was started anew: one that waits, waits; one that was
	 * killed runs again from what is stored of it, under the same id, as a queue does it.
	 */
	async restart({ executionId }: Pick<EngineRun, 'executionId'>): Promise<EngineRun> {
		const stored = this.runner.stored(executionId);
		if (stored.status !== 'crashed') return stored;
		return await this.runner.rerun(executionId).finished;
	}

	/**
	 * Presses *Retry* on an execution that has failed, or whose process has died: a new execution of the same workflow, from what
	 * is stored of that one, without its error, and without the run that had it.
	 *
	 * @param saved the workflow as it is saved by now, where that is to be retried
	 */
	retry(
		{ executionId }: Pick<EngineRun, 'executionId'>,
		saved?: EngineRun['workflowData'],
	): StartedExecution {
		const { workflowData, data, subject } = this.runner.stored(executionId);
		const { lastNodeExecuted, runData } = data.resultData;
		if (lastNodeExecuted !== undefined) {
			delete data.resultData.error;
			const runs = runData[lastNodeExecuted];
			if (runs?.at(-1)?.error !== undefined) runs.pop();
		}
		for (const next of data.executionData?.nodeExecutionStack ?? []) {
			next.node = saved?.nodes.find(({ name }) => name === next.node.name) ?? next.node;
		}
		return this.runner.start({
			mode: 'retry',
			workflowData: saved ?? workflowData,
			data,
			subject,
		});
	}

	/** Calls a listener whenever an execution gets another status, as n8n's list of executions shows it. */
	onStatus(listener: (executionId: string, status: ExecutionStatus) => void): void {
		this.instance.executions.onStatus(listener);
	}

	/** The death of the process that runs an execution, also of one that has gone on after a wait. */
	kill({ executionId }: Pick<EngineRun, 'executionId'>): void {
		this.runner.kill(executionId);
	}

	/** Presses the stop button of an execution that runs or waits. */
	cancel({ executionId }: Pick<EngineRun, 'executionId'>): void {
		this.runner.cancel(executionId);
	}

	/** What is stored of an execution. */
	stored(executionId: string): EngineRun {
		return this.runner.stored(executionId);
	}

	/** The ids of all executions, in the order in which they were started. */
	executionIds(): string[] {
		return this.instance.executions.ids();
	}

	/** Resolves once the execution is over, however often it is resumed until then. */
	async whenOver({ executionId }: Pick<EngineRun, 'executionId'>): Promise<EngineRun> {
		return await this.runner.whenOver(executionId);
	}

	/** Resolves once no execution runs any more. */
	async idle(): Promise<void> {
		await this.runner.idle();
	}

	/**
	 * Publishes a workflow, so that its triggers can be called.
	 * @returns its id, and the URLs of its triggers
	 */
	async activate(spec: WorkflowSpec): Promise<{ workflowId: string; urls: string[] }> {
		const { nodeTypes, credentials } = this.instance;
		const workflowData = { ...toWorkflow(spec, nodeTypes, credentials), active: true };
		return { workflowId: workflowData.id, urls: await this.triggers.activate(workflowData) };
	}

	async deactivate(workflowId: string): Promise<void> {
		await this.triggers.deactivate(workflowId);
	}

	/** The static data of a workflow, as it is stored. */
	staticData(workflowId: string): IDataObject {
		return this.instance.workflows.staticData(workflowId);
	}

	/** The entries of a resource locator's list. */
	async listSearch(
		method: string,
		form: FormRequest,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		return await listSearch(this.instance, method, form, filter, paginationToken);
	}

	/** The entries of a drop-down that is filled while the form is open. */
	async loadOptions(method: string, form: FormRequest): Promise<INodePropertyOptions[]> {
		return await loadOptions(this.instance, method, form);
	}

	/** Presses *Test* in a credential. */
	async testCredential(
		type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<INodeCredentialTestResult> {
		return await testCredential(this.instance, type, data);
	}

	/** Changes a credential, also for executions that run. */
	setCredential(type: string, data: ICredentialDataDecryptedObject): void {
		this.instance.credentials.set(type, data);
	}

	/** The bytes of an item's file. */
	async binary(item: INodeExecutionData, property = 'data'): Promise<Buffer> {
		return await readBinary(item, property);
	}

	/**
	 * Makes the nodes live by another clock until the engine is closed.
	 * @returns a function that puts the clock back before that
	 */
	useClock(replacement: Parameters<typeof useClock>[0]): () => void {
		const restore = useClock(replacement);
		this.closers.push(restore);
		return restore;
	}

	/** Has something done when the engine is closed. */
	onClose(closer: () => Promise<void> | void): void {
		this.closers.push(closer);
	}

	/** Undoes everything that reaches beyond the engine. Waits for nothing that still runs. */
	async close(): Promise<void> {
		for (const closer of this.closers.splice(0).reverse()) await closer();
	}
}

let isOpen = false;

/**
 * Makes an engine. n8n's services are one of a kind in a process: an engine must be closed before
 * the next one is made.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
	if (isOpen) throw new UnexpectedError('Close the engine that is open before making another');
	isOpen = true;
	const binaryFolder = await mkdtemp(join(tmpdir(), 'n8n-binary-'));
	Object.assign(Container.get(BinaryDataConfig), {
		mode: options.binaryMode ?? 'filesystem',
		localStoragePath: binaryFolder,
	});
	const log = new RecordingLog();
	await Container.get(BinaryDataService).init();

	const nodeTypes = new NodeTypeRegistry(options.nodes);
	const { credentialTypes = [], credentials = {} } = options;
	const credentialsHelper = new CredentialsHelper(credentialTypes, credentials, nodeTypes);
	const baseUrl = options.baseUrl ?? 'http://localhost:5678/';
	const instance = new Instance(nodeTypes, credentialsHelper, log, baseUrl);
	const engine = new Engine(instance, options.storesExecutions ?? true);
	engine.onClose(async () => {
		isOpen = false;
		await rm(binaryFolder, { recursive: true, force: true });
	});
	return engine;
}
