import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../n8n-host/hosts';

describe('the lock files', () => {
	it('are the same whichever npm has written them, and name no registry', async () => {
		const hosts = await readdir(join(projectRoot, 'test/n8n-host'), { withFileTypes: true });
		const folders = hosts.filter((entry) => entry.isDirectory() && entry.name !== 'demo');
		const files = ['.', 'test/gate', ...folders.map(({ name }) => `test/n8n-host/${name}`)];
		expect(files.length).toBeGreaterThan(4);
		for (const folder of files) {
			const lock = await readFile(join(projectRoot, folder, 'package-lock.json'), 'utf8');
			expect(lock).not.toContain('"resolved": "http');
			// npm 11 writes "libc", and npm 10 takes it out again.
			if (folder === '.') expect(lock).not.toContain('"libc"');
		}
	});
});
