import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Daemon, startDaemon, type DaemonProgram } from '../n8n-host/daemon';
import { projectRoot } from '../n8n-host/hosts';
import { freePort } from '../n8n-host/ports';
import { run } from '../n8n-host/processes';
import { DATABASE } from './settings';

/** Debian keeps each version of PostgreSQL in a folder of its own, off the PATH. */
const POSTGRES_VERSIONS = '/usr/lib/postgresql';
/** PostgreSQL refuses to run as root; Debian's package makes this user for it. */
const POSTGRES_USER = 'postgres';

/** A server of n8n's, on a loopback port. */
export class Server extends Daemon {
	constructor(
		name: string,
		readonly port: number,
		launch: ConstructorParameters<typeof Daemon>[1],
	) {
		super(name, launch);
	}
}

const isRoot = (): boolean => process.getuid?.() === 0;

/** As a program's own user, where that is not the one of this process. */
const asUser = (user: string | undefined): string[] =>
	user !== undefined && isRoot() ? ['--reuid', user, '--regid', user, '--init-groups'] : [];

/** A server that ends when this process does, however that ends. */
const server = (port: number, { command, args, ...program }: DaemonProgram, user?: string) =>
	new Server(program.name, port, () =>
		startDaemon({
			...program,
			command: 'setpriv',
			args: ['--pdeathsig', 'TERM', ...asUser(user), command, ...args],
		}),
	);

/** Prepares Redis; what is in its queue outlives a restart. */
export async function prepareRedis(folder: string): Promise<Server> {
	await mkdir(folder, { recursive: true });
	const port = await freePort();
	const settings = { bind: '127.0.0.1', port: String(port), dir: folder, appendonly: 'yes' };
	return server(port, {
		name: 'Redis',
		command: 'redis-server',
		args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
		logFile: join(folder, 'redis.log'),
		started: 'Ready to accept connections',
	});
}

/** The folder with the programs of the newest PostgreSQL that is installed. */
function postgresPrograms(): string {
	const versions = existsSync(POSTGRES_VERSIONS) ? readdirSync(POSTGRES_VERSIONS) : [];
	const newest = versions.map(Number).sort((a, b) => b - a)[0];
	if (newest === undefined) {
		throw new Error('PostgreSQL is missing: "apt-get install -y postgresql" on Debian.');
	}
	return join(POSTGRES_VERSIONS, String(newest), 'bin');
}

/** Prepares PostgreSQL, with an empty database for n8n. */
export async function preparePostgres(folder: string): Promise<Server> {
	const programs = postgresPrograms();
	const data = join(folder, 'data');
	await mkdir(folder, { recursive: true });
	if (isRoot()) await run('chown', [POSTGRES_USER, folder], { cwd: folder });
	const asPostgres = async (program: string, args: readonly string[]) => {
		const command = [...asUser(POSTGRES_USER), join(programs, program), ...args];
		await run('setpriv', command, { cwd: folder });
	};
	await asPostgres('initdb', ['--pgdata', data, '--username', DATABASE.user, '--auth', 'trust']);
	const port = await freePort();
	return server(
		port,
		{
			name: 'PostgreSQL',
			command: join(programs, 'postgres'),
			args: ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder],
			logFile: join(folder, 'postgres.log'),
			started: 'database system is ready to accept connections',
		},
		POSTGRES_USER,
	);
}

/** The addresses of n8n's processes in the example's settings of nginx. */
type Upstreams = Record<'main:5678' | 'webhook-1:5678' | 'webhook-2:5678', number>;

/** Prepares nginx with the settings of the example, where n8n's addresses take the place of the containers'. */
export async function prepareProxy(
	folder: string,
	port: number,
	upstreams: Upstreams,
): Promise<Server> {
	await mkdir(folder, { recursive: true });
	const example = await readFile(join(projectRoot, 'examples', 'queue-mode', 'nginx.conf'), 'utf8');
	const site = Object.entries(upstreams).reduce(
		(text, [address, to]) => text.replace(`server ${address};`, `server 127.0.0.1:${to};`),
		example.replace('listen 5678;', `listen 127.0.0.1:${port};`),
	);
	await writeFile(join(folder, 'site.conf'), site);
	const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
		(name) => `${name}_temp_path ${name};`,
	);
	await writeFile(
		join(folder, 'nginx.conf'),
		`daemon off;
${isRoot() ? 'user root;' : ''}
pid nginx.pid;
error_log stderr notice;
events {
worker_connections 4096;
}
http {
access_log off;
${temporary.join('\n')}
include site.conf;
}
`,
	);
	return server(port, {
		name: 'nginx',
		command: 'nginx',
		args: ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'],
		logFile: join(folder, 'nginx.log'),
		started: 'start worker processes',
	});
}
