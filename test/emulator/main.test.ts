import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = join(__dirname, '..', '..');
const STARTED = /base URL +(\S+)\n +API token +(\S+)\n +status page +(\S+)\n/;

/** Starts the program as `npm run emulator` does. */
const run = (...parameters: string[]) =>
	spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'main.ts'), ...parameters], {
		cwd: ROOT,
		stdio: ['ignore', 'pipe', 'pipe'],
	});

describe('npm run emulator', () => {
	it('prints where it is, serves what it was told to, and stops when it is told to', async () => {
		const program = run('--token', 'user:7-mine', '--accounts', 'a@x.example:3:500,b@x.example');
		let output = '';
		for await (const chunk of program.stdout.setEncoding('utf8')) {
			output += chunk as string;
			if (STARTED.test(output)) break;
		}
		const [, url = '', token = '', page = ''] = STARTED.exec(output) ?? [];
		expect([token, page]).toEqual(['user:7-mine', `${url}/`]);

		const headers = { authorization: `Bearer ${token}` };
		const answer = await fetch(`${url}/v1/ltxstudio/accounts`, { headers });
		expect(await answer.json()).toMatchObject({
			'a@x.example': { maxJobs: 3 },
			'b@x.example': { maxJobs: 20 },
		});
		expect((await fetch(page)).status).toBe(200);

		program.kill('SIGTERM');
		expect(await once(program, 'exit')).toEqual([0, null]);
	}, 30_000);

	it('refuses an account without an address, and says how it is used', async () => {
		const program = run('--accounts', 'nobody');
		const [errors, [code]] = await Promise.all([
			text(program.stderr),
			once(program, 'exit') as Promise<[number]>,
		]);
		expect(code).toBe(1);
		expect(errors).toContain('This is no account: nobody');
		expect(errors).toContain('Usage: npm run emulator');
	}, 30_000);
});
