import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request as undiciRequest } from 'undici';
import type { AutoAdvance, Emulator } from '.';
import { autoAdvance, startEmulator, VirtualClock } from '.';

const START = Date.UTC(2026, 0, 1);

const turns = async (count: number) => {
	for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('autoAdvance', () => {
	let clock: VirtualClock;
	let driver: AutoAdvance | undefined;

	beforeEach(() => {
		clock = new VirtualClock(START);
	});

	afterEach(() => {
		driver?.stop();
	});

	it('passes hours of sleep in no time, in order', async () => {
		driver = autoAdvance(clock);
		const woken: string[] = [];
		const sleeper = async (name: string, ms: number) => {
			await clock.sleep(ms);
			woken.push(name);
		};
		await Promise.all([sleeper('day', 86_400_000), sleeper('hour', 3_600_000), sleeper('now', 0)]);
		expect(woken).toEqual(['now', 'hour', 'day']);
		expect(clock.now()).toBe(START + 86_400_000);
	});

	it('stands still once it is stopped', async () => {
		driver = autoAdvance(clock);
		driver.stop();
		void clock.sleep(1);
		await turns(50);
		expect(clock.now()).toBe(START);
	});

	describe('with a server that takes its time', () => {
		let release: () => void = () => undefined;
		let url = '';
		const server = createServer((_request, response) => {
			release = () => response.end('done');
		});

		beforeAll(async () => {
			await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
			url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		});

		afterAll(async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		});

		const clients: Record<string, () => Promise<unknown>> = {
			'node:http': () =>
				new Promise((resolve, reject) => {
					const request = httpRequest(url, (response) => {
						response.resume().on('end', resolve);
					});
					request.on('error', reject).end();
				}),
			undici: async () => (await undiciRequest(url)).body.text(),
			fetch: async () => (await fetch(url)).text(),
		};

		it.each(Object.keys(clients))('does not move while a request of %s is out', async (name) => {
			driver = autoAdvance(clock);
			const answer = clients[name]?.();
			let isAwake = false;
			const sleep = clock.sleep(1_000).then(() => {
				isAwake = true;
			});
			await turns(2_000);
			expect(isAwake).toBe(false);
			release();
			await answer;
			await sleep;
			expect(clock.now()).toBe(START + 1_000);
		});
	});

	it('moves on after a request that failed', async () => {
		driver = autoAdvance(clock);
		const failures = await Promise.allSettled([
			fetch('http://127.0.0.1:9'),
			undiciRequest('http://127.0.0.1:9'),
			new Promise((resolve, reject) => {
				httpRequest('http://127.0.0.1:9', resolve).on('error', reject).end();
			}),
		]);
		expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
		await clock.sleep(1_000);
		expect(clock.now()).toBe(START + 1_000);
	});

	it('waits for files that are being written', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'auto-advance-'));
		try {
			driver = autoAdvance(clock);
			const file = join(folder, 'large');
			const write = writeFile(file, Buffer.alloc(32 * 1024 * 1024));
			let isWritten = false;
			void write.then(() => {
				isWritten = true;
			});
			await clock.sleep(1);
			expect(isWritten).toBe(true);
			expect(await readFile(file)).toHaveLength(32 * 1024 * 1024);
		} finally {
			await rm(folder, { recursive: true });
		}
	});

	describe('with the emulator', () => {
		let emulator: Emulator;

		beforeEach(async () => {
			emulator = await startEmulator({ clock });
			driver = autoAdvance(clock, { activity: emulator.activity });
		});

		afterEach(() => emulator.close());

		const post = (path: string, body: unknown) =>
			fetch(emulator.url + path, {
				method: 'POST',
				headers: {
					authorization: `Bearer ${emulator.token}`,
					'content-type': 'application/json',
				},
				body: JSON.stringify(body),
			});

		it('moves while the emulator holds a request until time moves', async () => {
			const response = await post('/v1/ltxstudio/images/create', {
				prompt: 'a fox',
				pollForResult: 5,
			});
			expect(await response.json()).toMatchObject({ status: { type: 'completed' }, code: 200 });
			expect(clock.now()).toBe(START + 9_000);
		});

		it('moves by a fault that delays', async () => {
			emulator.faults.add({ kind: 'delay', ms: 5_000 });
			await post('/v1/ltxstudio/images/create', { prompt: 'a fox' });
			expect(clock.now()).toBe(START + 5_000);
		});

		it('lets a poller find out within the second that its job has ended', async () => {
			const response = await post('/v1/ltxstudio/images/create', { prompt: 'a fox' });
			const { jobId } = (await response.json()) as { jobId: string };
			const headers = { authorization: `Bearer ${emulator.token}` };
			let type = 'active';
			while (type === 'active') {
				await clock.sleep(1_000);
				const answer = await fetch(`${emulator.url}/v1/ltxstudio/assets/${jobId}`, { headers });
				type = ((await answer.json()) as { status: { type: string } }).status.type;
			}
			expect(type).toBe('completed');
			expect(clock.now()).toBe(START + 8_000);
		});
	});
});
