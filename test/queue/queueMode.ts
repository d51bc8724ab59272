import { randomBytes } from 'node:crypto';
import { cp, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareInspector, type InspectorSettings } from '../../bench/harness/inspector';
import { N8nApi } from '../n8n-host/api';
import { installPackage } from '../n8n-host/communityPackage';
import { Daemon } from '../n8n-host/daemon';
import { ensureHost, type InstalledHost } from '../n8n-host/install';
import { settings, startProcess, type N8nCommand } from '../n8n-host/instance';
import { freePort } from '../n8n-host/ports';
import { run } from '../n8n-host/processes';
import { preparePostgres, prepareProxy, prepareRedis, type Server } from './servers';
import { DATABASE, ownSettings, sharedSettings } from './settings';

const OWNER = {
	email: 'owner@example.com',
	password: 'Owner-password-1',
	firstName: 'Test',
	lastName: 'Owner',
};
/** Where n8n's queue keeps the executions that workers are at. */
const ACTIVE_JOBS = 'bull:jobs:active';
/** The statuses that n8n gives executions that have ended, but not well. */
const FAILED = ['error', 'crashed', 'canceled'];

/** One of n8n's processes. */
export class N8nProcess extends Daemon {
	constructor(
		name: string,
		/** Where it listens, if it does. */
		readonly port: number,
		launch: ConstructorParameters<typeof Daemon>[1],
		private readonly inspector: InspectorSettings,
	) {
		super(name, launch);
	}

	/** Bytes of JavaScript objects that are in use, after all garbage has been collected. */
	async usedHeap(): Promise<number> {
		if (this.pid === undefined) throw new Error(`${this.name} was never started`);
		const inspector = await this.inspector.attach(this.pid);
		try {
			await inspector.collectGarbage();
			return await inspector.usedHeap();
		} finally {
			inspector.close();
		}
	}
}

/** How many executions there are in each status. */
export type Statuses = Readonly<Partial<Record<string, number>>>;

interface Setting {
	/** The packed package. */
	tarball: string;
	/** Where all data and logs are kept; other users' servers must be able to look into it. */
	folder: string;
	/** Gives up starting when it fires. */
	signal: AbortSignal;
}

/** n8n in queue mode: a main process, two workers, two webhook processors, Redis, PostgreSQL and a proxy before them. */
export class QueueMode {
	private constructor(
		/** n8n's API, as its owner. */
		readonly api: N8nApi,
		readonly main: N8nProcess,
		readonly workers: Pair,
		readonly webhooks: Pair,
		readonly redis: Server,
		readonly postgres: Server,
		readonly proxy: Server,
	) {}

	/** Starts all of it, with the package in each of n8n's processes. */
	static async start({ tarball, folder, signal }: Setting): Promise<QueueMode> {
		const host = await ensureHost('2.8.4', { signal });
		const redis = await prepareRedis(join(folder, 'redis'));
		const postgres = await preparePostgres(join(folder, 'postgres'));
		const proxyPort = await freePort();
		const environment: Environment = {
			host,
			folder,
			signal,
			packageFolder: join(folder, 'package'),
			shared: sharedSettings({
				redisPort: redis.port,
				postgresPort: postgres.port,
				url: `http://127.0.0.1:${proxyPort}`,
				encryptionKey: randomBytes(24).toString('hex'),
			}),
		};
		// Its entry in the database would be for the Community Nodes screen alone.
		await installPackage(environment.packageFolder, tarball);
		const main = await prepareN8n(environment, 'main', 'start');
		const workers: Pair = [
			await prepareN8n(environment, 'worker-1', 'worker'),
			await prepareN8n(environment, 'worker-2', 'worker'),
		];
		const webhooks: Pair = [
			await prepareN8n(environment, 'webhook-1', 'webhook'),
			await prepareN8n(environment, 'webhook-2', 'webhook'),
		];
		const proxy = await prepareProxy(join(folder, 'nginx'), proxyPort, {
			'main:5678': main.port,
			'webhook-1:5678': webhooks[0].port,
			'webhook-2:5678': webhooks[1].port,
		});
		try {
			await redis.start();
			await postgres.start();
			await createDatabase(postgres);
			// The main process first: it is the one that makes the tables.
			await main.start();
			await proxy.start();
			await Promise.all([...workers, ...webhooks].map((process) => process.start()));
			const api = await N8nApi.connect(`http://127.0.0.1:${proxyPort}`, OWNER);
			return new QueueMode(api, main, workers, webhooks, redis, postgres, proxy);
		} catch (error) {
			await stopAll([...webhooks, ...workers, main, proxy, postgres, redis]);
			throw error;
		}
	}

	/** Counts the executions of a workflow; works whether n8n runs or not. */
	async statuses(workflowId: string): Promise<Statuses> {
		const rows = await this.query(
			`SELECT status, count(*) FROM execution_entity WHERE "workflowId" = '${workflowId}' GROUP BY status`,
		);
		return Object.fromEntries(rows.map(([status = '', count]) => [status, Number(count)]));
	}

	/** The ids of a workflow's executions that have ended, but not well. */
	async failed(workflowId: string): Promise<string[]> {
		return await this.withStatus(workflowId, FAILED);
	}

	/** The ids of a workflow's executions that run, if one goes by what is stored of them. */
	async running(workflowId: string): Promise<string[]> {
		return await this.withStatus(workflowId, ['running']);
	}

	private async withStatus(workflowId: string, wanted: readonly string[]): Promise<string[]> {
		const statuses = wanted.map((status) => `'${status}'`).join(', ');
		const rows = await this.query(
			`SELECT id FROM execution_entity WHERE "workflowId" = '${workflowId}' AND status IN (${statuses}) ORDER BY id`,
		);
		return rows.map(([id = '']) => id);
	}

	/** How many executions hold a slot of a worker. */
	async heldSlots(): Promise<number> {
		const port = String(this.redis.port);
		const answer = await run('redis-cli', ['-p', port, 'llen', ACTIVE_JOBS], { cwd: tmpdir() });
		return Number(answer);
	}

	/** Starts whatever does not run, after a scenario that broke off. */
	async startMissing(): Promise<void> {
		const { redis, postgres, main, proxy, workers, webhooks } = this;
		for (const daemon of [redis, postgres, main, proxy, ...workers, ...webhooks]) {
			if (!daemon.isRunning) await daemon.start();
		}
	}

	async stop(): Promise<void> {
		const { webhooks, workers, main, proxy, postgres, redis } = this;
		await stopAll([...webhooks, ...workers, main, proxy, postgres, redis]);
	}

	private async query(sql: string): Promise<string[][]> {
		const answer = await run(
			'psql',
			[...connectionTo(this.postgres), '--no-align', '--tuples-only', '--command', sql],
			{ cwd: tmpdir() },
		);
		return answer === '' ? [] : answer.split('\n').map((row) => row.split('|'));
	}
}

type Pair = readonly [N8nProcess, N8nProcess];

/** What all of n8n's processes have in common. */
interface Environment {
	host: InstalledHost;
	folder: string;
	/** The user folder that the package is installed in. */
	packageFolder: string;
	shared: Readonly<Record<string, string>>;
	signal: AbortSignal;
}

/** Gives an n8n process a user folder of its own, as in a container. */
async function prepareN8n(
	{ host, folder, packageFolder, shared, signal }: Environment,
	name: string,
	command: N8nCommand,
): Promise<N8nProcess> {
	const userFolder = join(folder, name);
	const filesFolder = join(userFolder, 'files');
	await mkdir(filesFolder, { recursive: true });
	await cp(join(packageFolder, '.n8n'), join(userFolder, '.n8n'), { recursive: true });
	const ports = { n8n: await freePort(), broker: await freePort() };
	const inspector = await prepareInspector();
	const env = settings(
		{
			version: host.version,
			userFolder,
			binaryMode: 'database',
			env: { ...shared, ...ownSettings[command], ...inspector.env },
		},
		ports,
		filesFolder,
	);
	const logFile = join(userFolder, 'n8n.log');
	const launch = () => startProcess(host, command, { env, logFile, signal });
	return new N8nProcess(name, ports.n8n, launch, inspector);
}

const connectionTo = ({ port }: Server): string[] => [
	...['--host', '127.0.0.1', '--port', String(port)],
	...['--username', DATABASE.user, '--dbname', DATABASE.name],
];

async function createDatabase({ port }: Server): Promise<void> {
	const { user, name } = DATABASE;
	const server = ['--host', '127.0.0.1', '--port', String(port), '--username', user];
	await run('createdb', [...server, name], { cwd: tmpdir() });
}

async function stopAll(daemons: readonly Daemon[]): Promise<void> {
	for (const daemon of daemons) await daemon.stop();
}
