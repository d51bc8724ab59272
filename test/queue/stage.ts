import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { INodeParameters, IWorkflowSettings } from 'n8n-workflow';
import { createContract } from '../contract/contract';
import { startEmulator, type Emulator, type EmulatorOptions, type Job } from '../emulator';
import { startHttpServer } from '../httpServer';
import type { Credential, WorkflowJson } from '../n8n-host/api';
import type { QueueMode, Statuses } from './queueMode';
import { generation, type Order } from './workflows';

/** With a slot for each job of the largest scenario. */
const ACCOUNTS = Array.from({ length: 20 }, (_, index) => ({
	email: `account${index + 1}@example.com`,
	maxJobs: 100,
	credits: 1_000_000,
}));
const CALLS_AT_ONCE = 6;
const POLL_INTERVAL_MS = 500;

/** What executions tell: that they go on, what *Find Jobs* has listed, or where they can be resumed. */
export type Topic = 'gone-on' | 'found-jobs' | 'resume-url';

/** What an execution has told. */
export interface Told {
	/** When it came in, in milliseconds since the epoch. */
	time: number;
	/** The name that the execution was started with. */
	name: string;
	jobs: Array<{ jobId: string; status: string }>;
	resumeUrl?: string;
}

/** A scenario's own emulated service, and what its executions have reported. */
export interface Stage {
	n8n: QueueMode;
	emulator: Emulator;
	/** What executions have told, in the order in which it came in. */
	told: Record<Topic, Told[]>;
	/** Where executions tell it. */
	addressOf: (topic: Topic) => string;
	/** Imports a workflow and starts its triggers. */
	load: (workflow: WorkflowJson) => Promise<string>;
}

interface StageOptions extends EmulatorOptions {
	/** Time is measured: exchanges are not held to the contract meanwhile. */
	isTimed?: boolean;
}

/** Runs a scenario's work with an emulator of its own, whose every exchange is held to the contract. */
export async function withStage<T>(
	n8n: QueueMode,
	{ isTimed = false, ...options }: StageOptions,
	work: (stage: Stage) => Promise<T>,
): Promise<T> {
	const contract = createContract();
	const violations: string[] = [];
	const emulator = await startEmulator({
		accounts: ACCOUNTS,
		...options,
		onExchange: (exchange) => {
			// Whoever was killed has had no answer.
			if (!isTimed && exchange.response.status !== 0) violations.push(...contract.check(exchange));
		},
	});
	const told: Stage['told'] = { 'gone-on': [], 'found-jobs': [], 'resume-url': [] };
	const side = await startHttpServer((incoming, response) => {
		const time = Date.now();
		void json(incoming).then((body) => {
			told[incoming.url?.slice(1) as Topic].push({ time, ...(body as Omit<Told, 'time'>) });
			response.setHeader('content-type', 'application/json');
			response.end('{}');
		});
	});
	const addressOf = (topic: Topic) => `${side.url}/${topic}`;
	const loaded: string[] = [];
	const load = async (workflow: WorkflowJson) => {
		const { id } = await n8n.api.importWorkflow(workflow, [credential]);
		await n8n.api.activate(id);
		loaded.push(id);
		return id;
	};
	const credential: Credential = await n8n.api.createCredential('useapiApi', emulator.url, {
		token: emulator.token,
		baseUrl: emulator.url,
	});
	try {
		const result = await work({ n8n, emulator, told, addressOf, load });
		if (violations.length > 0) {
			throw new Error(`The contract was broken:\n${violations.slice(0, 5).join('\n')}`);
		}
		return result;
	} finally {
		for (const id of loaded) await n8n.api.deactivate(id);
		await emulator.close();
		await side.close();
	}
}

/** Executions of one workflow, each with so many jobs. */
export class Batch {
	readonly orders: Order[] = [];

	private constructor(
		private readonly stage: Stage,
		readonly workflowId: string,
		private readonly path: string,
	) {}

	/** Loads the workflow that is to be called. */
	static async load(
		stage: Stage,
		path: string,
		parameters: INodeParameters,
		settings: IWorkflowSettings = {},
	): Promise<Batch> {
		const workflow = generation(path, stage.addressOf('gone-on'), parameters);
		const workflowId = await stage.load({
			...workflow,
			settings: { ...workflow.settings, ...settings },
		});
		return new Batch(stage, workflowId, path);
	}

	/** Starts executions, and returns once n8n has taken the calls. */
	async start(executions: number, jobs: number): Promise<void> {
		const first = this.orders.length + 1;
		const orders = Array.from({ length: executions }, (_, index) => {
			const name = `${this.path} ${first + index}`;
			const prompts = Array.from({ length: jobs }, (_, job) => promptOf(name, job + 1));
			return { name, prompts };
		});
		this.orders.push(...orders);
		await callAll(this.stage.n8n, this.path, orders);
	}

	statuses(): Promise<Statuses> {
		return this.stage.n8n.statuses(this.workflowId);
	}

	/** Waits until all executions are in one status. */
	async untilAll(status: string, patienceMs: number): Promise<void> {
		await this.until((statuses) => statuses[status] === this.orders.length, patienceMs, status);
	}

	/**
	 * Waits until no execution runs, is queued or sleeps, or until patience ends.
	 * @returns seconds that this took
	 */
	async untilEnded(patienceMs: number): Promise<number> {
		const startedAt = Date.now();
		const unended = ({ new: queued = 0, running = 0, waiting = 0 }: Statuses) =>
			queued + running + waiting;
		await until(async () => unended(await this.statuses()) === 0, patienceMs);
		return (Date.now() - startedAt) / 1000;
	}

	private async until(
		condition: (statuses: Statuses) => boolean,
		patienceMs: number,
		wanted: string,
	): Promise<void> {
		if (await until(async () => condition(await this.statuses()), patienceMs)) return;
		const found = JSON.stringify(await this.statuses());
		throw new Error(`Not all of ${this.orders.length} executions are "${wanted}": ${found}`);
	}
}

const promptOf = (execution: string, job: number): string => `${execution}: ${job}`;

/** The place of a job in its execution, counted from 1. */
export const placeOf = ({ prompt = '' }: Pick<Job, 'prompt'>): number =>
	Number(prompt.split(': ')[1]);

/** The name of a job's execution. */
export const executionOf = ({ prompt = '' }: Pick<Job, 'prompt'>): string =>
	prompt.split(': ')[0] ?? '';

/** Calls a workflow's webhook with each order, a few at a time. */
export async function callAll(n8n: QueueMode, path: string, orders: readonly Order[]) {
	const left = [...orders];
	const work = async () => {
		for (let order = left.shift(); order; order = left.shift()) {
			const response = await fetch(`${n8n.api.url}/webhook/${path}`, {
				method: 'POST',
				headers: { 'content-type': 'application/json', connection: 'close' },
				body: JSON.stringify(order),
			});
			const text = await response.text();
			if (!response.ok) throw new Error(`The webhook answered ${response.status}: ${text}`);
		}
	};
	await Promise.all(Array.from({ length: CALLS_AT_ONCE }, work));
}

/** Waits for a condition. @returns whether it has come true in time */
export async function until(
	condition: () => boolean | Promise<boolean>,
	patienceMs: number,
	intervalMs = POLL_INTERVAL_MS,
): Promise<boolean> {
	const deadline = Date.now() + patienceMs;
	while (!(await condition())) {
		if (Date.now() > deadline) return false;
		await delay(intervalMs);
	}
	return true;
}

/** Does something for each of many, evenly spread over a time. */
export async function spread<T>(
	all: readonly T[],
	overMs: number,
	work: (one: T, index: number) => unknown,
): Promise<void> {
	const startedAt = Date.now();
	for (const [index, one] of all.entries()) {
		await delay(Math.max(0, startedAt + (index * overMs) / all.length - Date.now()));
		work(one, index);
	}
}
