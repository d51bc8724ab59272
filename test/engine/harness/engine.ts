import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import {
	createRunExecutionData,
	UnexpectedError,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type IDataObject,
	type INode,
	type INodeCredentialTestResult,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeParameters,
	type INodePropertyOptions,
	type IWorkflowSettings,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { useClock } from './clock';
import { BinaryDataConfig, BinaryDataService, Container } from './core';
import { CredentialsHelper } from './credentials';
import { errorAnswer, leaveBodiesUnread, sendAnswer, toExpress } from './http';
import { Instance } from './instance';
import { readBinary, toItems, type ItemSpec } from './items';
import { RecordingLog, type LogLine } from './log';
import { listSearch, loadOptions, testCredential, type FormRequest } from './methods';
import { NodeTypeRegistry, type NodeClass } from './nodeTypes';
import type { EngineRun } from './run';
import { Runner, type StartedExecution } from './runner';
import { TriggerWebhooks } from './triggers';
import { WaitingWebhooks, type WaitingVerdict } from './waiting';
import { toWorkflow, type Link, type NodeSpec, type WorkflowSpec } from './workflowSpec';

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
	 * can be resumed or restarted; memory can then be measured without the copies. Default: true.
	 */
	storesExecutions?: boolean;
}

export interface RunOptions {
	mode?: WorkflowExecuteMode;
	/** Default: the next number. */
	executionId?: string;
	/** Presses the stop button. */
	cancelSignal?: AbortSignal;
}

export interface RunRequest extends RunOptions {
	workflow: WorkflowSpec;
	/** Default: the first node. */
	startNode?: string;
	/** What the start node gets. Default: one empty item. */
	startItems?: ItemSpec[];
	/** The node that the run's shorthands are about. Default: the last one. */
	subject?: string;
}

/** The settings tab of a node. */
export type NodeSettings = Pick<
	Partial<INode>,
	| 'alwaysOutputData'
	| 'credentials'
	| 'executeOnce'
	| 'maxTries'
	| 'onError'
	| 'retryOnFail'
	| 'typeVersion'
	| 'waitBetweenTries'
>;

export interface NodeRequest extends RunOptions, NodeSettings {
	/** Short name. Default: the only type that the engine was given. */
	type?: string;
	parameters?: INodeParameters;
	/** Default: one empty item. */
	items?: ItemSpec[];
	/** The same id stands for the same workflow. */
	workflowId?: string;
	settings?: IWorkflowSettings;
}

export interface WebhookRequest {
	method?: 'DELETE' | 'GET' | 'POST' | 'PUT';
	/** An object is sent as JSON. */
	body?: string | Buffer | IDataObject;
	headers?: Record<string, string>;
	query?: Record<string, string>;
	/** What follows the execution's id in the URL. */
	suffix?: string;
}

/** What came of a call of a waiting execution's webhook, before anything is resumed. */
export interface WebhookOutcome {
	/** Items to resume with; without any, the execution keeps waiting. */
	workflowData?: INodeExecutionData[][];
	/** What `webhook()` threw. */
	error?: Error;
	/** What the caller gets, be it from the node or from n8n. */
	response: { status: number; headers: Record<string, string>; body: string };
	/** For `Engine.resume`. */
	verdict?: WaitingVerdict;
}

/** The nodes that `runNode` puts around the node under test. */
const INPUT = 'Items';
const SUCCESS = 'Success';
const ERRORS = 'Errors';

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
		private readonly types: string[],
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
		return await this.start(this.aroundNode(request));
	}

	/** Runs a single node with its items before it, and a node behind each output. */
	async runNode(request: NodeRequest): Promise<EngineRun> {
		return await this.run(this.aroundNode(request));
	}

	/**
	 * Calls the `webhook()` of the node that an execution waits in, and stops there.
	 * A refusal by n8n, such as 409, is a response like any other.
	 */
	async callWebhook(
		run: Pick<EngineRun, 'executionId'>,
		request: WebhookRequest = {},
	): Promise<WebhookOutcome> {
		const { method = 'POST', body, headers, query, suffix = '' } = request;
		const app = fastify({ forceCloseConnections: true });
		leaveBodiesUnread(app);
		let called: Promise<WaitingVerdict> | undefined;
		app.all('/', async (fastifyRequest, reply) => {
			const exchange = toExpress(fastifyRequest, reply);
			called = this.waiting.call(run.executionId, suffix, exchange);
			try {
				const { answer } = await called;
				if (answer) sendAnswer(exchange.response, answer);
			} catch (error) {
				sendAnswer(exchange.response, errorAnswer(error));
			}
		});
		const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
		url.search = new URLSearchParams(query).toString();
		const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
		const answer = await fetch(url, {
			method,
			headers: { ...(isJson && { 'content-type': 'application/json' }), ...headers },
			...(body !== undefined && { body: isJson ? JSON.stringify(body) : body }),
		});
		const response = {
			status: answer.status,
			headers: Object.fromEntries(answer.headers),
			body: await answer.text(),
		};
		const verdict = await called?.catch(() => undefined);
		await app.close();
		const { workflowData, error } = verdict ?? {};
		return {
			response,
			...(verdict && { verdict }),
			...(workflowData && { workflowData }),
			...(error && { error }),
		};
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
	staticData(workflowId: string) {
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

	/** Presses *Test* in a credential that is tested by a node. */
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

	private aroundNode(request: NodeRequest): RunRequest {
		const { mode, executionId, cancelSignal, type, items, workflowId, settings, ...node } = request;
		const only = this.types.length === 1 ? this.types[0] : undefined;
		const nodeType = type ?? only;
		if (nodeType === undefined) throw new UnexpectedError('Say which node type is to run');
		const { displayName } = this.instance.nodeTypes.getByNameAndVersion(nodeType).description;
		const hasErrorOutput = node.onError === 'continueErrorOutput';
		const nodes: NodeSpec[] = [
			{ name: INPUT, type: 'items' },
			{ name: displayName, type: nodeType, ...node },
			{ name: SUCCESS, type: 'noOp' },
			...(hasErrorOutput ? [{ name: ERRORS, type: 'errorSink' }] : []),
		];
		const connections: Link[] = [
			[INPUT, displayName],
			[displayName, SUCCESS],
		];
		if (hasErrorOutput) connections.push([displayName, ERRORS, 1]);
		return {
			workflow: {
				...(workflowId !== undefined && { id: workflowId }),
				nodes,
				connections,
				...(settings && { settings }),
			},
			subject: displayName,
			...(items && { startItems: items }),
			...(mode && { mode }),
			...(executionId !== undefined && { executionId }),
			...(cancelSignal && { cancelSignal }),
		};
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
	const engine = new Engine(instance, Object.keys(options.nodes), options.storesExecutions ?? true);
	engine.onClose(async () => {
		isOpen = false;
		await rm(binaryFolder, { recursive: true, force: true });
	});
	return engine;
}
