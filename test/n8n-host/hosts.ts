import { join } from 'node:path';

/** The n8n releases that the package is tested on: the last of n8n 1, one that most tests run on, and the newest to be had. */
export type HostVersion = '1.123.81' | '2.8.4' | '2.41.1';

/** What an n8n release needs of the machine. */
export interface HostRequirements {
	/** The Node.js releases it runs on, as `[at least, below]`. */
	node: readonly [string, string];
	/** Its dependencies whose install scripts have to run; all other scripts are left out. */
	rebuild: readonly string[];
	/** Settings that only this release knows. */
	env?: Readonly<Record<string, string>>;
}

export const hosts: Record<HostVersion, HostRequirements> = {
	// Its expressions run in isolated-vm, which comes built for Node.js 22 and 24.
	'1.123.81': {
		node: ['22', '25'],
		rebuild: ['sqlite3'],
		// Its new engine loses $('node').item where a Code node comes before.
		env: { N8N_EXPRESSION_ENGINE: 'legacy' },
	},
	'2.8.4': { node: ['20.19', '25'], rebuild: ['sqlite3'] },
	'2.41.1': {
		node: ['24', '25'],
		rebuild: ['sqlite3'],
		// It would call its makers every minute.
		env: { N8N_DISABLED_MODULES: 'mcp-registry' },
	},
};

/** The root of this project. */
export const projectRoot = join(__dirname, '..', '..');

/** What is made on this machine and can be deleted at any time. */
export const cacheFolder = join(projectRoot, '.cache');

/** The folder that an n8n release, the Node.js for it, or the registry is installed in. */
export function hostFolder(name: HostVersion | 'node24' | 'registry'): string {
	return join(__dirname, name);
}
