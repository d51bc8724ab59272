import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import type { LtxStudio } from '../../nodes/LtxStudio/LtxStudio.node.ts';
import type { clock } from '../../nodes/shared/n8n/clock';
import type { Clock } from '../emulator';

/** The package as one process of n8n has it, with all that its modules remember. */
interface Nodes {
	LtxStudio: typeof LtxStudio;
	clock: typeof clock;
}

const ENTRY = `
export { LtxStudio } from './nodes/LtxStudio/LtxStudio.node.ts';
export { clock } from './nodes/shared/n8n/clock';
`;

const projectRequire = createRequire(__filename);

let loader: ((require: NodeJS.Require) => Nodes) | undefined;

/** Loads the package anew: what another process remembers is not seen here. */
function loadNodes(): Nodes {
	loader ??= bundle();
	return loader(projectRequire);
}

/** Makes one function of the whole package. */
function bundle(): NonNullable<typeof loader> {
	const folder = mkdtempSync(join(tmpdir(), 'soak-nodes-'));
	const outfile = join(folder, 'nodes.js');
	try {
		buildSync({
			stdin: { contents: ENTRY, resolveDir: resolve(__dirname, '../..'), loader: 'ts' },
			bundle: true,
			platform: 'node',
			format: 'cjs',
			external: ['n8n-workflow'],
			keepNames: true,
			logLevel: 'error',
			banner: { js: 'module.exports = (require) => { const module = { exports: {} };' },
			footer: { js: 'return module.exports; };' },
			outfile,
		});
		return projectRequire(outfile) as NonNullable<typeof loader>;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** A process of n8n. Once it is dead, nothing in it goes on: whoever waits for it waits for ever. */
export class Process {
	isAlive = true;

	/** Whether it runs an execution. */
	isRunning = false;

	readonly node: INodeType;

	constructor(base: Clock) {
		const nodes = loadNodes();
		this.node = new nodes.LtxStudio();
		// The soak's workflows are of 0.1.0.
		this.node.description.defaultVersion = 1;
		Object.assign(nodes.clock, {
			now: () => base.now(),
			sleep: (ms: number) => this.whileAlive(base.sleep(ms)),
		});
	}

	async whileAlive<Result>(work: Promise<Result>): Promise<Result> {
		try {
			return await work;
		} finally {
			if (!this.isAlive) await new Promise<never>(() => undefined);
		}
	}
}

export interface ProcessOptions {
	/** How n8n runs: all in one process, or a worker with two processes for webhooks beside it. */
	layout: 'regular' | 'queue';
	/** Before n8n 2.2 a node can't ask whether it is a tool; before 2 executions of dead processes run again. */
	isOldN8n: boolean;
	clock: Clock;
}

const WEBHOOK_PROCESSES = 2;

/** The processes of an n8n. To the engine they are one node. */
export class Processes implements INodeType {
	readonly description: INodeTypeDescription;

	/** The process that runs executions. */
	worker: Process;

	/** How many calls `webhook()` has had. */
	private calls = 0;

	private readonly doors: Process[];

	/** Told of each call of `webhook()`, and of who takes it. */
	onCall: (process: Process, count: number) => void = () => undefined;

	constructor(private readonly options: ProcessOptions) {
		this.worker = this.spawn();
		this.doors =
			options.layout === 'regular'
				? []
				: Array.from({ length: WEBHOOK_PROCESSES }, () => this.spawn());
		this.description = this.worker.node.description;
	}

	/** Ends a process. Another one takes its place at once. */
	kill(process: Process): void {
		process.isAlive = false;
		if (process === this.worker) this.worker = this.spawn();
		const door = this.doors.indexOf(process);
		if (door >= 0) this.doors[door] = this.spawn();
	}

	/** Ends all of them. */
	close(): void {
		for (const process of [this.worker, ...this.doors]) process.isAlive = false;
	}

	/** As the engine calls it: with the context as `this`. */
	get execute(): INodeType['execute'] {
		const run = async (context: IExecuteFunctions) => await this.run(context);
		return function execute(this: IExecuteFunctions) {
			return run(this);
		};
	}

	/** As the engine calls it: with the context as `this`. */
	get webhook(): INodeType['webhook'] {
		const take = async (context: IWebhookFunctions) => await this.take(context);
		return function webhook(this: IWebhookFunctions) {
			return take(this);
		};
	}

	private async run(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { worker, options } = this;
		const seen = options.isOldN8n
			? (Object.create(context, OLD_N8N) as IExecuteFunctions)
			: context;
		worker.isRunning = true;
		const output = await worker.whileAlive(
			Promise.resolve(worker.node.execute?.call(seen)).finally(() => {
				worker.isRunning = false;
			}),
		);
		return Array.isArray(output) ? output : [];
	}

	private async take(context: IWebhookFunctions): Promise<IWebhookResponseData> {
		const taker = this.doors[this.calls++ % WEBHOOK_PROCESSES] ?? this.worker;
		this.onCall(taker, this.calls);
		return (await taker.whileAlive(Promise.resolve(taker.node.webhook?.call(context)))) ?? {};
	}

	private spawn(): Process {
		return new Process(this.options.clock);
	}
}

const OLD_N8N = { isToolExecution: { value: undefined } };
