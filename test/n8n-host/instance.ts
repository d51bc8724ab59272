import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackage, type Registration } from './communityPackage';
import { startDaemon } from './daemon';
import { hosts, type HostVersion } from './hosts';
import { ensureHost, type InstalledHost } from './install';
import { freePort } from './ports';
import { endGroup, isRunning, killGroup } from './processes';

const STOP_TIMEOUT_MS = 20_000;

/**
 * What each of n8n's processes logs once it has started. The main one answers sooner, but then takes what has just begun for
 * the remains of a crash.
 */
const STARTED = {
	start: 'Editor is now accessible via',
	worker: 'n8n worker is now ready',
	webhook: 'Webhook listener waiting for requests',
} as const;

/** What an n8n process does: all, or in queue mode only the executions or the calls of webhooks. */
export type N8nCommand = keyof typeof STARTED;

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
export function settings(
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

/** Runs one of n8n's processes, which ends with this one, and waits until it can be used. */
export async function startProcess(
	host: InstalledHost,
	command: N8nCommand,
	{ env, logFile, signal }: { env: NodeJS.ProcessEnv; logFile: string; signal?: AbortSignal },
): Promise<ChildProcess> {
	return await startDaemon({
		name: `n8n ${host.version}`,
		command: host.node,
		args: ['--require', join(__dirname, 'parentWatch.js'), host.program, command],
		env,
		logFile,
		started: STARTED[command],
		signal,
	});
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
		startProcess(host, 'start', {
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
