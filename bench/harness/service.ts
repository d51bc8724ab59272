import { once } from 'node:events';
import { join } from 'node:path';
import type { Behaviour, Delivery, Job, LoggedRequest } from '../../test/emulator';
import { projectRoot } from '../../test/n8n-host/hosts';
import { endGroup, startGroup } from '../../test/n8n-host/processes';

const STOP_TIMEOUT_MS = 5_000;

/** How the emulated service behaves in a benchmark. */
export interface ServiceOptions extends Partial<
	Pick<Behaviour, 'artifactBytes' | 'latency'> & { jobDuration: number }
> {
	accounts?: Array<{ email: string; maxJobs: number; credits: number }>;
	/** The shortest and the longest time of a job in milliseconds; jobs are spread evenly between them. */
	jobSpread?: readonly [shortest: number, longest: number];
}

/** A job that has completed, with its file. */
export interface Artifact {
	jobId: string;
	url: string;
}

/** The emulator of both services, in a process of its own. */
export interface Service {
	url: string;
	/** The API token of useapi.net. */
	token: string;
	/** The API key of Lightricks. */
	ltxKey: string;
	/** Calls the API, as a program that uses it does. */
	call: (method: string, path: string, body?: unknown) => Promise<unknown>;
	/** Changes how it behaves from now on. */
	behave: (options: Partial<Behaviour>) => Promise<void>;
	/** Every job there has been. */
	jobs: () => Promise<Job[]>;
	/** Every attempt to deliver a callback. */
	callbacks: () => Promise<Delivery[]>;
	/** Every request so far. */
	requests: () => Promise<LoggedRequest[]>;
	/** Completes a running job now. */
	finish: (jobId: string) => Promise<void>;
	/** Lets it generate a video at once. */
	makeArtifact: () => Promise<Artifact>;
	stop: () => Promise<void>;
}

export const EMAIL = 'creator@example.com';
const NO_LIMIT = 1_000_000;

/** Starts the emulator; by default with one account that never runs out of credits. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
	const accounts = [{ email: EMAIL, maxJobs: 100, credits: NO_LIMIT }];
	const child = await startGroup(
		process.execPath,
		[
			// With V8's defaults an upload at times takes twice as long: the process then marks garbage all along.
			'--no-incremental-marking',
			'--max-semi-space-size=64',
			'--import',
			'tsx',
			join(__dirname, 'serviceProcess.ts'),
			JSON.stringify({ accounts, ...options }),
		],
		{ cwd: projectRoot, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
	);
	const ended = once(child, 'exit').then(() => {
		throw new Error('The emulator has ended before it was ready');
	});
	ended.catch(() => undefined);
	const [address] = (await Promise.race([once(child, 'message'), ended])) as [
		{ url: string; token: string; ltxKey: string },
	];
	child.unref();
	child.channel?.unref();
	const { url, token, ltxKey } = address;

	const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
		const response = await fetch(url + path, {
			method,
			headers: {
				authorization: `Bearer ${token}`,
				...(body !== undefined && { 'content-type': 'application/json' }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
		return text === '' ? undefined : (JSON.parse(text) as unknown);
	};
	const call: Service['call'] = (method, path, body) => send(method, `/v1/ltxstudio/${path}`, body);
	const control = (method: string, path: string, body?: unknown) =>
		send(method, `/_emulator/${path}`, body);

	return {
		url,
		token,
		ltxKey,
		call,
		behave: async (behaviour) => {
			await control('POST', 'options', behaviour);
		},
		jobs: async () => (await control('GET', 'jobs')) as Job[],
		callbacks: async () => (await control('GET', 'callbacks')) as Delivery[],
		requests: async () => (await control('GET', 'requests')) as LoggedRequest[],
		finish: async (jobId) => {
			await control('POST', `jobs/${encodeURIComponent(jobId)}/finish`);
		},
		makeArtifact: async () => {
			const body = { email: EMAIL, prompt: 'A lighthouse', model: 'veo3' };
			const { jobId } = (await call('POST', 'videos/veo-create', body)) as { jobId: string };
			await control('POST', `jobs/${encodeURIComponent(jobId)}/finish`);
			const job = (await call('GET', `assets/${encodeURIComponent(jobId)}`)) as {
				status: { artifact: { assetUrl: string } };
			};
			return { jobId, url: job.status.artifact.assetUrl };
		},
		stop: () => endGroup(child, STOP_TIMEOUT_MS),
	};
}
