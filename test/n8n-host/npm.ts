import { statfs } from 'node:fs/promises';
import { delimiter, dirname } from 'node:path';
import type { NodeRuntime } from './nodeRuntime';
import { CommandError, run } from './processes';

/** A failed installation, explained: what is missing and how to get it. */
export class InstallError extends Error {
	constructor(message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = 'InstallError';
	}
}

const EXPLAINED_LINES = 15;
const NEEDED_BYTES = 3 * 1024 ** 3;

/** What npm and node-gyp print, in the order in which it is looked for, and what it means to a person. */
const EXPLANATIONS: ReadonlyArray<{ pattern: RegExp; explanation: string }> = [
	{
		pattern: /ENOSPC|no space left/i,
		explanation: 'The disk is full. An n8n host needs 3 GB; free some space and try again.',
	},
	{
		pattern: /not found: make|make: \S+: No such file|ERR! find Python|xcode-select/,
		explanation:
			'A C++ compiler, make and Python are needed to build sqlite3. Install them and try again: ' +
			'"apt-get install -y g++ make python3" on Debian and Ubuntu, "xcode-select --install" on macOS.',
	},
	{
		pattern: /node-v[\d.]+-headers/,
		explanation:
			'The header files of Node.js are missing and could not be downloaded. Set npm_config_nodedir to the ' +
			'folder that holds include/node (on Debian: "apt-get install -y libnode-dev", then /usr).',
	},
	{
		pattern:
			/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|CERT|SSL/,
		explanation:
			'npm cannot reach its registry. Check the connection ("npm ping"), and the proxy and certificate ' +
			'settings of npm where there are any.',
	},
	{
		pattern: /E401|E403|E404|ETARGET/,
		explanation: 'The npm registry in use does not hand out a package that n8n needs.',
	},
	{
		pattern: /EACCES|EPERM|EROFS/,
		explanation:
			'npm may not write to the project folder or to its cache folder. Check their owner.',
	},
];

/** npm's own variables of an enclosing `npm run` would point the inner npm to the outer project. */
function environmentFor({ node, nodedir }: NodeRuntime): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(
		([name]) => !/^npm_(package|lifecycle|config_(local_)?prefix$)/.test(name),
	);
	return {
		...Object.fromEntries(inherited),
		PATH: [dirname(node), process.env.PATH].filter(Boolean).join(delimiter),
		...(nodedir && { npm_config_nodedir: nodedir }),
	};
}

/** Explains a failed npm command to a person. */
function explain(error: CommandError): InstallError {
	const lines = error.output.split('\n');
	// Not finding a binary to download is no error yet: npm goes on and builds one.
	const relevant = lines.filter((line) => !line.includes('prebuild-install')).join('\n');
	const known = EXPLANATIONS.find(({ pattern }) => pattern.test(relevant));
	const said = lines
		.filter((line) => /err/i.test(line))
		.slice(0, EXPLAINED_LINES)
		.join('\n');
	return new InstallError(
		`${known?.explanation ?? 'npm failed.'}\n\n${error.command}\n${said || error.output}`,
		{ cause: error },
	);
}

/**
 * Runs npm under the given Node.js.
 * @throws {InstallError} that says what is missing
 */
export async function runNpm(
	args: readonly string[],
	{ cwd, runtime, signal }: { cwd: string; runtime: NodeRuntime; signal?: AbortSignal },
): Promise<string> {
	try {
		return await run('npm', args, { cwd, env: environmentFor(runtime), signal });
	} catch (error) {
		throw error instanceof CommandError ? explain(error) : error;
	}
}

/** @throws {InstallError} when a host would not fit on the disk */
export async function checkDiskSpace(folder: string): Promise<void> {
	const { bavail, bsize } = await statfs(folder);
	const free = bavail * bsize;
	if (free >= NEEDED_BYTES) return;
	const gigabytes = (free / 1024 ** 3).toFixed(1);
	throw new InstallError(
		`Only ${gigabytes} GB are free in ${folder}; installing n8n needs ${NEEDED_BYTES / 1024 ** 3} GB.`,
	);
}
