import type { Emulator, VirtualClock } from '../../emulator';
import type { Call } from '../client';
import { ltx } from '../document';
import { AUDIO, goodBodies, IMAGE, VIDEO } from './bodies';

const DAY_MS = 24 * 3_600_000;
/** What the emulator's filters refuse. */
const REFUSED = '[moderated]';
const LONG_ENOUGH_MS = 60_000;

interface Scenario {
	emulator: Emulator;
	call: Call;
	clock: VirtualClock;
}

/** Calls every endpoint with every parameter, and in every way that it has an answer for. */
export async function callEverything(scenario: Scenario): Promise<void> {
	await everythingRefused(scenario);
	await uploads(scenario);
	for (const { path, body } of goodBodies) await generation(scenario, path, body);
}

async function everythingRefused({ emulator, call }: Scenario): Promise<void> {
	const { behaviour } = emulator.ltx;
	for (const status of [false, 500, 503, 529] as const) {
		behaviour.outage = status;
		const token = status === false ? { token: 'wrong' } : {};
		for (const { method, path } of ltx.operations) {
			const address = path.replace('{endpoint}', 'retake').replace('{id}', '1');
			await call(method, address, { ...token, ...(method === 'POST' && { json: {} }) });
		}
	}
	behaviour.outage = false;
}

/** Puts a file of each kind where it belongs, and makes a video of each. */
async function uploads({ call }: Scenario): Promise<void> {
	const [imageUri, videoUri, audioUri] = await Promise.all(
		['image/jpeg', 'video/mp4', 'audio/mpeg'].map(async (type) => await upload(call, type)),
	);
	const withUploads = (body: object): object =>
		JSON.parse(
			JSON.stringify(body)
				.replaceAll(IMAGE, imageUri ?? '')
				.replaceAll(VIDEO, videoUri ?? '')
				.replaceAll(AUDIO, audioUri ?? ''),
		) as object;
	for (const { path, body } of goodBodies) {
		await call('POST', `/v2/${path}`, { json: withUploads(body) });
	}
}

/** @returns the URI of a file that was uploaded as its type wants it */
export async function upload(call: Call, type: string): Promise<string> {
	const { body } = await call('POST', '/v1/upload');
	const { upload_url, storage_uri, required_headers } = body as {
		upload_url: string;
		storage_uri: string;
		required_headers: Record<string, string>;
	};
	const headers = { ...required_headers, 'content-type': type };
	await fetch(upload_url, { method: 'PUT', headers, body: 'No real file, and nobody looks' });
	return storage_uri;
}

async function generation(
	{ emulator, call, clock }: Scenario,
	path: string,
	json: object,
): Promise<void> {
	const { behaviour, jobs } = emulator.ltx;
	const submit = async (body = json) => {
		const answer = await call('POST', `/v2/${path}`, { json: body });
		return (answer.body as { id?: string }).id ?? '';
	};
	const read = async (id: string) => await call('GET', `/v2/${path}/${id}`);

	await submit({});
	await withBehaviour(emulator, { credits: 0 }, submit);
	await withBehaviour(emulator, { forbidden: true }, submit);
	await withBehaviour(emulator, { queueLimit: 0 }, submit);
	await submit({
		...json,
		...('prompt' in json ? { prompt: REFUSED } : { video_uri: `${VIDEO}#${REFUSED}` }),
	});

	await clock.advance(LONG_ENOUGH_MS);
	const [good, bad] = [await submit(), await submit()];
	await read(good);
	await clock.advance(behaviour.pendingDuration);
	await read(good);
	jobs.end(good);
	jobs.end(bad, { type: 'content_filtered_error', message: 'Too blue' });
	await read(good);
	await read(bad);
	await clock.advance(DAY_MS + 1);
	await read(good);
}

async function withBehaviour(
	{ ltx: { behaviour } }: Emulator,
	changes: Partial<Emulator['ltx']['behaviour']>,
	run: () => Promise<unknown>,
): Promise<void> {
	const before = { ...behaviour };
	Object.assign(behaviour, changes);
	await run();
	Object.assign(behaviour, before);
}
