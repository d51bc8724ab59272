import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { freePort } from '../n8n-host/ports';
import { endGroup, isRunning, startGroup } from '../n8n-host/processes';

const PROGRAM = require.resolve('s3rver/bin/s3rver.js');
const OBJECT = '._S3rver_object';

async function answers(port: number): Promise<boolean> {
	const socket = connect(port, '127.0.0.1');
	try {
		await once(socket, 'connect');
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}

/** An S3 server on this machine, which holds every request to its signature. */
export async function startS3(bucket: string) {
	const folder = await mkdtemp(join(tmpdir(), 's3-'));
	const port = await freePort();
	const options = ['--directory', folder, '--address', '127.0.0.1', '--port', String(port)];
	const server = await startGroup(
		process.execPath,
		[PROGRAM, ...options, '--configure-bucket', bucket, '--silent'],
		{ stdio: 'ignore' },
	);
	while (!(await answers(port))) {
		if (!isRunning(server)) throw new Error('The S3 server has ended');
		await delay(100);
	}
	return {
		/** What an `s3` credential of n8n holds. */
		credential: {
			endpoint: `http://127.0.0.1:${port}`,
			region: 'us-east-1',
			accessKeyId: 'S3RVER',
			secretAccessKey: 'S3RVER',
			forcePathStyle: true,
		},
		/** The objects of a folder by their names. */
		async objects(prefix: string): Promise<Map<string, Buffer>> {
			const path = join(folder, bucket, prefix);
			const files = (await readdir(path)).filter((name) => name.endsWith(OBJECT)).sort();
			return new Map(
				await Promise.all(
					files.map(
						async (name) =>
							[name.slice(0, -OBJECT.length), await readFile(join(path, name))] as const,
					),
				),
			);
		},
		async close() {
			await endGroup(server, 2000);
			await rm(folder, { recursive: true, force: true });
		},
	};
}
