import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';
import { startEmulator } from '../emulator';
import { mp4Duration } from '../n8n-host/demo/mp4';
import { projectRoot } from '../n8n-host/hosts';
import { startGroup } from '../n8n-host/processes';

/** What `npm start` has printed, and how it ended. */
interface Demo {
	process: ChildProcess;
	output: () => string;
	/** Waits until a text has been printed. */
	printed: (text: string) => Promise<void>;
	ended: Promise<[exitCode: number | null, signal: string | null]>;
}

/** True where the environment of a process names the folder, as that of n8n and of its task runner does. */
function uses(folder: string, pid: string): boolean {
	try {
		return readFileSync(join('/proc', pid, 'environ'), 'utf8').includes(folder);
	} catch {
		// It has ended in the meantime.
		return false;
	}
}

/** The processes that an n8n with this user folder consists of. */
const processesOf = (folder: string): string[] =>
	readdirSync('/proc').filter((name) => /^\d+$/.test(name) && uses(folder, name));

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('npm start', () => {
	let folder: string;
	let data: string;
	let out: string;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'demo-'));
		data = join(folder, 'data');
		out = join(folder, 'videos');
	});
	afterAll(() => rm(folder, { recursive: true, force: true }));

	async function start(args: string[] = [], env: Record<string, string> = {}): Promise<Demo> {
		const child = await startGroup(
			'npm',
			['start', '--silent', '--', '--data', data, '--out', out, ...args],
			{
				cwd: projectRoot,
				env: { ...process.env, ...env },
				stdio: ['ignore', 'pipe', 'pipe'],
			},
		);
		const ended = once(child, 'close') as Demo['ended'];
		const lines: string[] = [];
		for (const stream of [child.stdout, child.stderr]) {
			if (stream) createInterface({ input: stream }).on('line', (line) => lines.push(line));
		}
		const output = () => lines.join('\n');
		const hasEnded = ended.then(() => {
			throw new Error(`npm start has ended:\n${output()}`);
		});
		hasEnded.catch(() => undefined);
		return {
			process: child,
			output,
			printed: (text) => Promise.race([until(() => output().includes(text)), hasEnded]),
			ended,
		};
	}

	const editorUrl = (demo: Demo): string =>
		/http:\/\/\S+\/workflow\/\S+/.exec(demo.output())?.[0] ?? '';

	it('--once writes a video that can be played, and ends', async () => {
		const demo = await start(['--once']);
		expect([await demo.ended, demo.output()]).toEqual([
			[0, null],
			expect.stringContaining('Create Video'),
		]);

		const [file = '', ...others] = await readdir(out);
		const video = await readFile(join(out, file));
		expect(others).toEqual([]);
		expect(demo.output()).toContain(join(out, file));
		expect(mp4Duration(video)).toBeCloseTo(3, 1);
		const made = join(projectRoot, 'test', 'emulator', 'artifacts', 'landscape.mp4');
		expect(video.equals(await readFile(made))).toBe(true);
		expect(processesOf(data)).toEqual([]);
	});

	it('leaves the editor open at the printed address until it is interrupted', async () => {
		const demo = await start();
		await demo.printed('Ctrl-C');
		expect((await fetch(editorUrl(demo))).status).toBe(200);
		expect(processesOf(data)).not.toEqual([]);

		// A terminal sends Ctrl-C to the whole group.
		process.kill(-(demo.process.pid ?? NaN), 'SIGINT');
		await demo.ended;
		await until(() => processesOf(data).length === 0);
		await expect(fetch(editorUrl(demo))).rejects.toThrow('fetch failed');
	});

	it('takes n8n along even when it is killed', async () => {
		const demo = await start();
		await demo.printed('Starting n8n');
		await until(() => processesOf(data).length > 0);

		process.kill(-(demo.process.pid ?? NaN), 'SIGKILL');
		await demo.ended;
		await until(() => processesOf(data).length === 0);
		expect(existsSync(data)).toBe(true);
	});

	it('--once fails, and says why, when there is no video', async () => {
		const emulator = await startEmulator({
			jobDuration: 100,
			failure: () => ({ message: 'too dark' }),
		});
		const demo = await start(['--once'], {
			USEAPI_TOKEN: emulator.token,
			USEAPI_BASE_URL: emulator.url,
		});
		const [exitCode] = await demo.ended;
		await emulator.close();

		expect(exitCode).toBe(1);
		expect(demo.output()).toContain('Create Video');
		expect(demo.output()).toContain('too dark');
		expect(demo.output()).not.toContain(emulator.token);
		expect(processesOf(data)).toEqual([]);
	});
});
