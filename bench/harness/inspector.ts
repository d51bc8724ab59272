import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'undici';
import { freePort } from '../../test/n8n-host/ports';

const ATTEMPT_MS = 100;
const ATTEMPTS = 100;
const SAMPLING_INTERVAL_US = 500;

/** A function in a profile, and where it is. */
export interface Frame {
	functionName: string;
	url: string;
	/** Counted from 0. */
	lineNumber: number;
}

interface ProfileNode {
	id: number;
	callFrame: Frame;
}

/** What V8's profiler has seen: at each sample the function at work, and the microseconds since the one before. */
export interface CpuProfile {
	nodes: ProfileNode[];
	samples: number[];
	timeDeltas: number[];
}

/** A connection to the inspector of a running Node.js. */
export interface Inspector {
	collectGarbage: () => Promise<void>;
	/** Bytes of JavaScript objects, garbage among them. */
	usedHeap: () => Promise<number>;
	/** Profiles whatever happens while `work` is under way. */
	profile: (work: () => Promise<unknown>) => Promise<CpuProfile>;
	close: () => void;
}

/** How the inspector of a process that is yet to be started is reached. */
export interface InspectorSettings {
	/** What the process is to be started with. */
	env: Readonly<Record<string, string>>;
	/** Opens the inspector, if it is not open yet, and connects to it. */
	attach: (pid: number) => Promise<Inspector>;
}

/** Chooses where a process that is yet to be started will have its inspector. It stays closed until it is needed. */
export async function prepareInspector(): Promise<InspectorSettings> {
	const port = await freePort();
	return {
		env: { NODE_OPTIONS: `--inspect-port=127.0.0.1:${port}` },
		attach: async (pid) => {
			// Node.js opens its inspector when it is sent this signal.
			process.kill(pid, 'SIGUSR1');
			return await connect(await debuggerUrl(port));
		},
	};
}

async function debuggerUrl(port: number): Promise<string> {
	for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
		try {
			const response = await fetch(`http://127.0.0.1:${port}/json/list`);
			const [target] = (await response.json()) as Array<{ webSocketDebuggerUrl: string }>;
			if (target) return target.webSocketDebuggerUrl;
		} catch {
			// It does not listen yet.
		}
		await delay(ATTEMPT_MS);
	}
	throw new Error('The inspector of n8n does not answer');
}

async function connect(url: string): Promise<Inspector> {
	const socket = new WebSocket(url);
	await new Promise<void>((resolve, reject) => {
		socket.addEventListener('open', () => {
			resolve();
		});
		socket.addEventListener('error', () => {
			reject(new Error(`No connection to ${url}`));
		});
	});
	let lastId = 0;
	const waiting = new Map<number, (result: unknown) => void>();
	socket.addEventListener('message', ({ data }) => {
		const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
		if (id !== undefined) waiting.get(id)?.(result);
	});
	const send = (method: string, params = {}): Promise<unknown> =>
		new Promise((resolve) => {
			const id = ++lastId;
			waiting.set(id, resolve);
			socket.send(JSON.stringify({ id, method, params }));
		});

	return {
		collectGarbage: async () => {
			await send('HeapProfiler.collectGarbage');
		},
		usedHeap: async () => {
			const { usedSize } = (await send('Runtime.getHeapUsage')) as { usedSize: number };
			return usedSize;
		},
		profile: async (work) => {
			await send('Profiler.enable');
			await send('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL_US });
			await send('Profiler.start');
			await work();
			const { profile } = (await send('Profiler.stop')) as { profile: CpuProfile };
			return profile;
		},
		close: () => {
			socket.close();
		},
	};
}
