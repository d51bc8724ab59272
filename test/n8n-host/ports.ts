import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the range that systems hand out to outgoing connections, one of which might take the port meanwhile. */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const ATTEMPTS = 50;

/** Whoever has asked for one may not listen on it yet. */
const given = new Set<number>();

async function isFree(port: number): Promise<boolean> {
	const server = createServer();
	server.listen(port, '127.0.0.1');
	try {
		await once(server, 'listening');
	} catch {
		return false;
	}
	server.close();
	await once(server, 'close');
	return true;
}

/**
 * Finds a loopback port that nothing listens on.
 *
 * @param preferred is taken if it is free
 * @throws Error when there seems to be none
 */
export async function freePort(preferred?: number): Promise<number> {
	if (preferred !== undefined && (await isFree(preferred))) return preferred;
	for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
		const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
		if (given.has(port) || !(await isFree(port))) continue;
		given.add(port);
		return port;
	}
	throw new Error(`No free port found between ${LOWEST} and ${HIGHEST}`);
}
