import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import type { INodeParameters } from 'n8n-workflow';

import { startSideServer } from '../e2e/sideServer';
import { OWNER } from '../e2e/shared';
import {
	chain,
	finish,
	generation,
	jobOf,
	ownNode,
	baseNode,
	PROMPTS,
	triggered,
	until,
} from '../e2e/waitingWorkflows';
import { startEmulator } from '../emulator';
import { hasEnded, N8nApi, type Credential } from '../n8n-host/api';
import type { HostVersion } from '../n8n-host/hosts';
import { startN8n, type N8n } from '../n8n-host/instance';
import { packPackage } from '../n8n-host/packPackage';
import { hugeBodies, inventedJobId, wireBodies, wireQueries, type WireBody } from './bodies';

const SECRET = 'open sesame, please';
const COOKIE =
	'lt_id=3f9c0d7e51aa; lt_token=eyJhbGciOiJSUzI1NiJ9.c2VjcmV0LW9mLW1pbmU; lt_refresh_token=r3fr3sh-t0k3n-0f-m1n3';
const AT_ONCE = 20;

/** A door, and what has come of knocking at it. */
interface Door {
	name: string;
	url: string;
	/** The workflow that nobody may start by it. */
	workflowId: string | undefined;
}

/** All that is started for a run. */
interface Stage {
	n8n: N8n;
	api: N8nApi;
	emulator: Awaited<ReturnType<typeof startEmulator>>;
	credentials: Credential[];
}

async function knock(url: string, { type, body }: WireBody): Promise<number> {
	try {
		const response = await fetch(url, {
			method: 'POST',
			...(type === undefined ? {} : { headers: { 'content-type': type } }),
			body,
		});
		await response.arrayBuffer();
		return response.status;
	} catch {
		// n8n has closed the connection.
		return 0;
	}
}

/** Does something for each, some at once. */
async function forEach<Item>(
	items: readonly Item[],
	atOnce: number,
	act: (item: Item) => Promise<void>,
) {
	const entries = items.values();
	const work = async () => {
		for (const item of entries) await act(item);
	};
	await Promise.all(Array.from({ length: atOnce }, work));
}

function countBy(values: readonly number[]): string {
	const counts = new Map<number, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return [...counts].map(([value, count]) => `${value}: ${count}`).join(', ');
}

async function publish(
	{ api, credentials, n8n }: Stage,
	name: string,
	parameters: INodeParameters,
): Promise<Door> {
	const { workflow, path } = triggered(parameters);
	const { id } = await api.importWorkflow({ ...workflow, name }, credentials);
	await api.activate(id);
	return { name, url: n8n.url + path, workflowId: id };
}

/** Asks n8n for its health again and again, and tells the longest that it took to answer, in milliseconds. */
function watchHealth(url: string): () => Promise<number> {
	let isWatching = true;
	const watch = async () => {
		let longest = 0;
		while (isWatching) {
			const start = performance.now();
			await (await fetch(`${url}/healthz`)).arrayBuffer();
			longest = Math.max(longest, performance.now() - start);
			await delay(20);
		}
		return longest;
	};
	const longest = watch();
	return async () => {
		isWatching = false;
		return await longest;
	};
}

/** Tells for how long n8n's event loop was held up at most since it was asked last, in milliseconds. */
async function askLoop({ n8n }: Stage, file: string): Promise<number> {
	const pid = n8n.pid() ?? 0;
	await rm(`${file}.${pid}`, { force: true });
	process.kill(pid, 'SIGUSR2');
	for (;;) {
		const text = await readFile(`${file}.${pid}`, 'utf8').catch(() => '');
		if (text !== '') return Number(text);
		await delay(20);
	}
}

/** Whether any file that n8n has written holds a text. */
async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const found: string[] = [];
	for (const entry of entries.filter((one) => one.isFile())) {
		const path = join(entry.parentPath, entry.name);
		if (path.includes('node_modules')) continue;
		const content = await readFile(path);
		for (const text of texts)
			if (content.includes(text)) found.push(`${path}: ${text.slice(0, 12)}…`);
	}
	return found;
}

interface Siege {
	/** So many at each door. */
	knocks: number;
	seed: number;
	/** What n8n's environment has besides. */
	env: Readonly<Record<string, string>>;
}

/**
 * Knocks at the doors of a real n8n, which parses what is sent in ways of its own.
 *
 * @returns whether all held
 */
export async function runOnN8n(
	version: HostVersion,
	{ knocks, seed, env }: Siege,
): Promise<boolean> {
	const loopFile = join(await mkdtemp(join(tmpdir(), 'fuzz-')), 'loop');
	const tarball = await packPackage();
	const n8n = await startN8n({
		version,
		tarball,
		env: {
			NODE_OPTIONS: `--require ${join(__dirname, 'loopDelay.js')}`,
			LOOP_DELAY_FILE: loopFile,
			FUZZ_SECRET: SECRET,
			N8N_BLOCK_ENV_ACCESS_IN_NODE: 'false',
			...env,
		},
	});
	const emulator = await startEmulator({ jobDuration: Infinity });
	const breaches: string[] = [];
	const expect = (isHeld: boolean, breach: string) => {
		if (!isHeld) breaches.push(breach);
	};
	const say = (line: string) => {
		console.log(`n8n ${version}, ${line}`);
	};
	try {
		const api = await N8nApi.connect(n8n.url, OWNER);
		const { token, url: baseUrl } = emulator;
		const credentials = [
			await api.createCredential('useapiApi', 'useapi.net', { token, baseUrl }),
			await api.createCredential('ltxStudioSessionApi', 'Session', { cookie: COOKIE }),
			await api.createCredential('httpHeaderAuth', 'Guard', { name: 'x-secret', value: SECRET }),
		];
		const stage: Stage = { n8n, api, emulator, credentials };
		const options = { secret: '={{ $env.FUZZ_SECRET }}' };
		const start = await publish(stage, 'LTX }} Studio', {});
		const withSecret = await publish(stage, 'With a secret', { options });
		const trusting = await publish(stage, 'Reads nothing', { options: { verify: false } });
		const relay = await publish(stage, 'Relay', { mode: 'resume' });
		const side = await startSideServer(() => ({}));
		const { id: sleeper } = await api.importWorkflow(generation(side), credentials);
		const asleep = await api.run(sleeper);
		await api.waitForExecution(asleep, { until: ({ status }) => status === 'waiting' });
		const sleeping: Door = {
			name: 'Sleeping execution',
			url: jobOf(emulator, PROMPTS[0] ?? '').replyUrl ?? '',
			workflowId: undefined,
		};
		const guarded = await guardedWebhook(stage);
		const doors = [guarded, start, withSecret, trusting, relay, sleeping];

		const reads = () => emulator.requests.filter(({ path }) => path.includes('/assets/')).length;
		for (const [index, door] of doors.entries()) {
			const before = reads();
			const drawn = fc.sample(fc.tuple(wireBodies, wireQueries), {
				numRuns: knocks,
				seed: seed + index,
			});
			const statuses: number[] = [];
			const health = watchHealth(n8n.url);
			await forEach(drawn, AT_ONCE, async ([body, query]) => {
				const separator = door.url.includes('?') ? query.replace('?', '&') : query;
				statuses.push(await knock(door.url + separator, body));
			});
			const longest = await health();
			const calls = reads() - before;
			const started = door.workflowId === undefined ? [] : await api.executions(door.workflowId);
			expect(started.length === 0, `${door.name} was opened ${started.length} times`);
			expect(calls <= knocks, `${door.name} cost ${calls} calls`);
			say(
				`${door.name}: ${knocks} knocks held (${countBy(statuses)}), API calls ${calls}, health within ${Math.round(longest)} ms`,
			);
		}
		const { status } = await api.execution(asleep);
		expect(status === 'waiting', `The sleeping execution is ${status}`);

		for (const door of [guarded, start]) {
			const before = reads();
			const flood = Array.from({ length: 2000 }, () => ({
				type: 'application/json',
				body: JSON.stringify({ jobId: inventedJobId(), status: { type: 'completed' } }),
			}));
			const health = watchHealth(n8n.url);
			const answers: number[] = [];
			await forEach(flood, 50, async (body) => void answers.push(await knock(door.url, body)));
			const longest = await health();
			const calls = reads() - before;
			expect(calls <= flood.length, `A flood cost ${calls} calls`);
			say(
				`flood of ${flood.length} unproven callbacks at ${door.name} (${countBy(answers)}): ${calls} API calls, health within ${Math.round(longest)} ms`,
			);
		}

		const plain = await plainWebhook(stage);
		for (const [shape, body] of hugeBodies) {
			const held: Record<string, number> = {};
			for (const { name, url } of [plain, start, relay, sleeping]) {
				const times: number[] = [];
				for (let run = 0; run < 3; run++) {
					await askLoop(stage, loopFile);
					await knock(url, body);
					times.push(await askLoop(stage, loopFile));
				}
				held[name] = Math.round(Math.min(...times));
			}
			const own = held[plain.name] ?? 0;
			for (const [name, time] of Object.entries(held)) {
				expect(
					time - own <= 50,
					`${shape} of 15 MB held up ${name} for ${time} ms, and n8n for ${own} ms`,
				);
			}
			say(
				`15 MB as ${shape}, longest block in ms: ${Object.entries(held)
					.map(([name, time]) => `${name} ${time}`)
					.join(', ')}`,
			);
		}

		await connectAccount(stage);
		for (const prompt of PROMPTS) await finish(emulator, jobOf(emulator, prompt));
		const woken = await api.waitForExecution(asleep, { until: hasEnded });
		expect(woken.status === 'success', `The sleeping execution ended as ${woken.status}`);
		say(`the sleeping execution was then woken by its own callbacks: ${woken.status}`);
		await side.close();

		const secrets = [
			token,
			SECRET,
			...COOKIE.split('; ').map((part) => part.slice(part.indexOf('=') + 1)),
		];
		const leaks = await filesWith(n8n.userFolder, secrets);
		expect(leaks.length === 0, `Secrets stand in ${leaks.join(', ')}`);
		say(`secrets in logs, database and files: ${leaks.length}`);
	} finally {
		await n8n.stop();
		await emulator.close();
		await rm(join(loopFile, '..'), { recursive: true, force: true });
	}
	for (const breach of breaches) say(`BROKEN: ${breach}`);
	return breaches.length === 0;
}

/** n8n's own webhook, which does nothing. */
const plainWebhook = async (stage: Stage): Promise<Door> =>
	await ownWebhook(stage, { name: 'n8n alone', path: 'plain' });

/** n8n's own webhook, which refuses whoever does not know the secret: what n8n itself takes for that. */
const guardedWebhook = async (stage: Stage): Promise<Door> =>
	await ownWebhook(stage, {
		name: "n8n's own Webhook",
		path: 'guarded',
		parameters: { authentication: 'headerAuth' },
		credentials: { httpHeaderAuth: { id: null, name: '' } },
	});

async function ownWebhook(
	{ api, n8n, credentials: all }: Stage,
	{
		name,
		path,
		parameters = {},
		credentials = {},
	}: {
		name: string;
		path: string;
		parameters?: INodeParameters;
		credentials?: Record<string, { id: null; name: string }>;
	},
): Promise<Door> {
	const webhook = baseNode('Webhook', 'webhook', 2, {
		path,
		httpMethod: 'POST',
		options: {},
		...parameters,
	});
	const workflow = chain(name, [{ ...webhook, webhookId: path, credentials }]);
	const settings = { saveDataSuccessExecution: 'none' } as const;
	const { id } = await api.importWorkflow({ ...workflow, settings }, all);
	await api.activate(id);
	return { name, url: `${n8n.url}/webhook/${path}`, workflowId: id };
}

/** Connects an account by a cookie that is in a credential. */
async function connectAccount({ api, credentials }: Stage): Promise<void> {
	const create = {
		...ownNode('Create', 'ltxStudio', {
			resource: 'account',
			operation: 'create',
			simplify: false,
		}),
		credentials: { useapiApi: { id: null, name: '' }, ltxStudioSessionApi: { id: null, name: '' } },
	};
	const workflow = chain('Account', [baseNode('Start', 'manualTrigger', 1, {}), create]);
	const { id } = await api.importWorkflow(workflow, credentials);
	const { status } = await api.waitForExecution(await api.run(id));
	await until(() => status !== 'running');
}
