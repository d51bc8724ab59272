import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installPackage, type Registration } from './communityPackage';
import { hosts, type HostVersion } from './hosts';
import { ensureHost, type InstalledHost } from './install';
import { freePort } from './ports';
import { endGroup, isRunning, killGroup, startGroup } from './processes';

const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 20_000;
const POLL_INTERVAL_MS = 100;
const LOG_TAIL_LINES = 40;
/** What n8n logs once it has started. It answers sooner, but then takes what has just begun for the remains of a crash. */
const STARTED = 'Editor is now accessible via';

export interface N8nOptions {
	/** Default: the oldest n8n that the package supports. */
	version?: HostVersion;
	/** Where n8n keeps its database and files. Default: a temporary folder, deleted by `stop()`. */
	userFolder?: string;
	/** The packed package, to be installed as a community node. */
	tarball?: string;
	/** Further environment of n8n; wins over what is set here. */
	env?: Readonly<Record<string, string>>;
	/** Where n8n keeps binary data; `default` is in memory. Default: `filesystem`. */
	binaryMode?: 'default' | 'filesystem' | 'database';
	/** Default: a free one. */
	port?: number;
	/** Gives up starting when it fires. */
	signal?: AbortSignal;
}

/** A running n8n, listening on the loopback interface. */
export interface N8n {
	version: HostVersion;
	/** Where editor and API are, without a slash at the end. */
	url: string;
	userFolder: string;
	/** The only folder whose files workflows may read and write. */
	filesFolder: string;
	/** Process id of n8n's main process. */
	pid: () => number | undefined;
	/** Where n8n's log is, over all restarts. */
	logFile: string;
	/** Ends n8n in an orderly way. */
	stop: () => Promise<void>;
	/** Ends n8n as a crash does. */
	kill: () => Promise<void>;
	/** Ends when n8n does, for whatever reason. */
	ended: () => Promise<void>;
	/** Starts n8n again, at the same address and with the same data; stops it first if it runs. */
	restart: () => Promise<void>;
}

/** Variables of the surrounding environment that n8n may see; all others could change what it does. */
const PASSED_ON =
	/^(PATH|HOME|LANG|LC_.*|TZ|TMPDIR|(https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i;

/** Settings for a local n8n that nobody has to click through, and that never calls its makers. */
function settings(
	options: Required<Pick<N8nOptions, 'version' | 'userFolder' | 'binaryMode' | 'env'>>,
	ports: { n8n: number; broker: number },
	filesFolder: string,
): NodeJS.ProcessEnv {
	const url = `http://127.0.0.1:${ports.n8n}/`;
	return {
		...Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name))),
		NODE_ENV: 'production',
		N8N_USER_FOLDER: options.userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PORT: String(ports.n8n),
		N8N_EDITOR_BASE_URL: url,
		WEBHOOK_URL: url,
		// The session cookie works on plain http.
		N8N_SECURE_COOKIE: 'false',
		N8N_RUNNERS_BROKER_PORT: String(ports.broker),
		// How long running executions may still take when n8n is told to stop.
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		N8N_DEFAULT_BINARY_DATA_MODE: options.binaryMode,
		N8N_RESTRICT_FILE_ACCESS_TO: filesFolder,
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		GENERIC_TIMEZONE: 'UTC',
		...hosts[options.version].env,
		...options.env,
	};
}

async function logSince(logFile: string, start: number): Promise<string> {
	return (await readFile(logFile)).subarray(start).toString('utf8');
}

async function tail(logFile: string, start: number): Promise<string> {
	return (await logSince(logFile, start)).trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
}

/** Starts n8n's process and waits until it can be used. */
async function launch(
	host: InstalledHost,
	{ env, logFile, signal }: { env: NodeJS.ProcessEnv; logFile: string; signal?: AbortSignal },
): Promise<ChildProcess> {
	signal?.throwIfAborted();
	const log = openSync(logFile, 'a');
	const logStart = statSync(logFile).size;
	const child = await startGroup(
		host.node,
		['--require', join(__dirname, 'parentWatch.js'), host.program, 'start'],
		{ cwd: dirname(logFile), env, stdio: ['ignore', log, log, 'ipc'] },
	);
	closeSync(log);
	// The channel is there for its end only, and must not keep this process alive.
	child.channel?.unref();

	const deadline = Date.now() + START_TIMEOUT_MS;
	while (!(await logSince(logFile, logStart)).includes(STARTED)) {
		if (!isRunning(child)) {
			throw new Error(`n8n ${host.version} has ended:\n${await tail(logFile, logStart)}`);
		}
		if (signal?.aborted) {
			await killGroup(child);
			throw signal.reason;
		}
		if (Date.now() > deadline) {
			await killGroup(child);
			throw new Error(
				`n8n ${host.version} was not ready after ${START_TIMEOUT_MS / 1000} s:\n${await tail(logFile, logStart)}`,
			);
		}
		await delay(POLL_INTERVAL_MS);
	}
	return child;
}

/**
 * Starts n8n, installed first if need be, with the package as a community node.
 * @throws Error with the end of n8n's log when it does not start
 */
export async function startN8n({
	version = '2.8.4',
	userFolder: givenFolder,
	tarball,
	env = {},
	binaryMode = 'filesystem',
	port,
	signal,
}: N8nOptions = {}): Promise<N8n> {
	const host = await ensureHost(version, { signal });
	const userFolder = givenFolder ?? (await mkdtemp(join(tmpdir(), 'n8n-')));
	const filesFolder = join(userFolder, 'files');
	await mkdir(filesFolder, { recursive: true });

	const ports = { n8n: port ?? (await freePort()), broker: await freePort() };
	const url = `http://127.0.0.1:${ports.n8n}`;
	const logFile = join(userFolder, 'n8n.log');
	const start = () =>
		launch(host, {
			logFile,
			signal,
			env: settings({ version, userFolder, binaryMode, env }, ports, filesFolder),
		});

	let register: Registration | undefined;
	if (tarball !== undefined) register = await installPackage(userFolder, tarball);
	let child = await start();
	const stop = () => endGroup(child, STOP_TIMEOUT_MS);
	try {
		await register?.(host);
	} catch (error) {
		await stop();
		throw error;
	}

	return {
		version,
		url,
		userFolder,
		filesFolder,
		pid: () => child.pid,
		logFile,
		stop: async () => {
			await stop();
			if (givenFolder === undefined) await rm(userFolder, { recursive: true, force: true });
		},
		kill: () => killGroup(child),
		ended: async () => {
			if (isRunning(child)) await once(child, 'exit');
		},
		restart: async () => {
			await stop();
			child = await start();
		},
	};
}
