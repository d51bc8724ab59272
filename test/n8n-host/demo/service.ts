import { startEmulator } from '../../emulator';

const REAL_BASE_URL = 'https://api.useapi.net';

/** The useapi.net that the demo works with. */
export interface Service {
	/** What it is, for people. */
	name: string;
	baseUrl: string;
	token: string;
	/** A page that shows what happens there, where there is one. */
	statusPage?: string;
	stop: () => Promise<void>;
}

/**
 * The real service if `USEAPI_TOKEN` is set, an emulator of it otherwise.
 * @throws Error when the token cannot be one
 */
export async function startService(env: NodeJS.ProcessEnv): Promise<Service> {
	const token = env.USEAPI_TOKEN?.trim();
	if (token) {
		if (!token.startsWith('user:')) {
			throw new Error('USEAPI_TOKEN is not a useapi.net token: these begin with "user:".');
		}
		const baseUrl = env.USEAPI_BASE_URL ?? REAL_BASE_URL;
		return { name: 'useapi.net', baseUrl, token, stop: () => Promise.resolve() };
	}
	const emulator = await startEmulator();
	return {
		name: 'the emulator of useapi.net',
		baseUrl: emulator.url,
		token: emulator.token,
		statusPage: emulator.url,
		stop: () => emulator.close(),
	};
}

/**
 * Reads how far the newest running job is.
 * @returns per cent; nothing when no job runs, or when the service does not say
 */
export async function runningJobProgress({ baseUrl, token }: Service): Promise<number | undefined> {
	const read = async (path: string): Promise<unknown> => {
		const response = await fetch(`${baseUrl}/v1/ltxstudio/${path}`, {
			headers: { authorization: `Bearer ${token}` },
		});
		return response.ok ? await response.json() : undefined;
	};
	const jobs = (await read('scheduler')) as Array<{ jobId: string }> | undefined;
	const newest = jobs?.at(-1);
	if (!newest) return undefined;
	const job = (await read(`assets/${newest.jobId}`)) as
		{ status?: { progress?: number } } | undefined;
	return job?.status?.progress;
}
