import { startEmulator } from '../../emulator';
import { freePort } from '../ports';

/** The same at each start, if it is free, so that bookmarks and credentials go on working. */
const EMULATOR_PORT = 8080;

/** The service that the demo works with. */
export interface Service {
	/** What it is, for people. */
	name: string;
	/** The example that makes a video with it, without extension. */
	example: string;
	credential: { type: string; name: string; data: Record<string, string> };
	/** A page that shows what happens there, where there is one. */
	statusPage?: string;
	/** How far the newest running job is, in per cent, where the service says so. */
	progress?: () => Promise<number | undefined>;
	stop: () => Promise<void>;
}

const nothingToStop = () => Promise.resolve();

/** LTX Studio through useapi.net. */
function ltxStudio(baseUrl: string, token: string) {
	return {
		example: 'photo-to-video',
		credential: { type: 'useapiApi', name: 'useapi.net account', data: { token, baseUrl } },
		progress: async () => await runningJobProgress(baseUrl, token),
	};
}

/** Lightricks' own API. */
function ltx(baseUrl: string, apiKey: string) {
	return {
		example: 'photo-to-video-with-ltx',
		credential: { type: 'ltxApi', name: 'LTX account', data: { apiKey, baseUrl } },
	};
}

/** @returns the real service whose key is in the environment; nothing where there is none */
function realService(env: NodeJS.ProcessEnv, usesLtx: boolean): Service | undefined {
	if (usesLtx) {
		const apiKey = env.LTX_API_KEY?.trim();
		if (!apiKey) return undefined;
		const baseUrl = env.LTX_BASE_URL ?? 'https://api.ltx.io';
		return { name: "Lightricks' API", ...ltx(baseUrl, apiKey), stop: nothingToStop };
	}
	const token = env.USEAPI_TOKEN?.trim();
	if (!token) return undefined;
	if (!token.startsWith('user:')) {
		throw new Error('USEAPI_TOKEN is not a useapi.net token: these begin with "user:".');
	}
	const baseUrl = env.USEAPI_BASE_URL ?? 'https://api.useapi.net';
	return { name: 'useapi.net', ...ltxStudio(baseUrl, token), stop: nothingToStop };
}

/**
 * The service that is asked for: the real one if its own key is in the environment, an emulator otherwise. A key of the other
 * one, which may be there for another program, is never used, so that nothing is paid for that was not asked for.
 *
 * @param usesLtx whether Lightricks' own API is asked for, and not LTX Studio
 * @throws Error when the token cannot be one
 */
export async function startService(env: NodeJS.ProcessEnv, usesLtx: boolean): Promise<Service> {
	const real = realService(env, usesLtx);
	if (real) return real;
	const emulator = await startEmulator({ port: await freePort(EMULATOR_PORT) });
	const { url } = emulator;
	const service = usesLtx
		? {
				name: "the emulator of Lightricks' API",
				...ltx(url, emulator.ltx.behaviour.apiKey),
				statusPage: url,
			}
		: { name: 'the emulator of useapi.net', ...ltxStudio(url, emulator.token), statusPage: url };
	return { ...service, stop: () => emulator.close() };
}

/** @returns per cent; nothing when no job runs, or when the service does not say */
async function runningJobProgress(baseUrl: string, token: string): Promise<number | undefined> {
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
