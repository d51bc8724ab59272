import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { N8nApi } from './api';
import { runExample, saveVideo } from './demo/runExample';
import { startService, type Service } from './demo/service';
import { claimFolder, ensureCredential, ensureWorkflow, readOwner } from './demo/workspace';
import { cacheFolder, projectRoot } from './hosts';
import { ensureHost } from './install';
import { describeProgress } from './installProgress';
import { startN8n } from './instance';
import { packPackage } from './packPackage';
import { freePort } from './ports';
import { showStep } from './progress';

const HELP = `Turns an example photo into a video, with this package on a real n8n.

npm start                 run the example, then leave n8n's editor open until Ctrl-C
npm start -- --ltx        make it with Lightricks' own API, and not with LTX Studio
npm start -- --once       stop as soon as the video is written
npm start -- --out DIR    where the video goes (default: output)
npm start -- --data DIR   where n8n keeps its data (default: .cache/demo)

Without a key it works with an emulator. These work with the real service, which charges your account for the video:
  without --ltx   USEAPI_TOKEN, with useapi.net (USEAPI_BASE_URL: a compatible service)
  with --ltx      LTX_API_KEY, with Lightricks' own API (LTX_BASE_URL)
`;

/** The same at each start, if it is free, so that bookmarks go on working. n8n's own, since a person has at most one. */
const EDITOR_PORT = 5678;

/** Stopped by Ctrl-C, not failed. */
const EXIT_INTERRUPTED = 130;

type Cleanup = () => Promise<void>;

interface Arguments {
	ltx: boolean;
	once: boolean;
	out: string;
	data: string;
}

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

const sayError = (error: unknown): boolean =>
	process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);

/** What a credential of one's own needs, where there is an emulator; a real key is told to nobody. */
function addressesOf({ statusPage, credential }: Service): Record<string, string> {
	if (statusPage === undefined) return {};
	const { baseUrl = '', token = '', apiKey = token } = credential.data;
	return { 'Base URL': baseUrl, Token: apiKey, 'Jobs page': statusPage };
}

async function interrupted(signal: AbortSignal): Promise<void> {
	if (!signal.aborted) await once(signal, 'abort');
}

/**
 * Runs the demo. Whatever it starts it enters into `cleanups`.
 * @returns whether there is a video
 */
async function demo(
	{ ltx, once: stopAfterwards, out, data }: Arguments,
	cleanups: Cleanup[],
	signal: AbortSignal,
): Promise<boolean> {
	cleanups.push(await claimFolder(data));

	await showStep('Getting n8n ready (minutes the first time)', ({ detail }) =>
		ensureHost('2.8.4', {
			signal,
			onProgress: (progress) => {
				detail(describeProgress(progress));
			},
		}),
	);
	const tarball = await showStep('Building and packing the package', () => packPackage(signal));
	const service = await startService(process.env, ltx);
	cleanups.push(service.stop);

	const n8n = await showStep(
		'Starting n8n with the package installed',
		async () =>
			await startN8n({
				userFolder: join(data, 'n8n'),
				port: await freePort(EDITOR_PORT),
				tarball,
				signal,
				// Shows which nodes are done while the workflow runs.
				env: { EXECUTIONS_DATA_SAVE_ON_PROGRESS: 'true' },
			}),
	);
	cleanups.push(n8n.stop);

	const owner = await readOwner(data);
	const api = await N8nApi.connect(n8n.url, owner);
	const credential = await ensureCredential(api, service.credential);
	const workflow = await ensureWorkflow(api, data, service.example, credential);

	let failure: unknown;
	try {
		const video = await showStep(`Running "${workflow.name}" with ${service.name}`, (report) =>
			runExample(api, workflow, service, { report, signal }),
		);
		const { path, bytes, seconds } = await saveVideo(api, video, out);
		say(`\n  Video      ${path}  (${(bytes / 1000).toFixed(0)} kB, ${seconds.toFixed(1)} s)`);
	} catch (error) {
		signal.throwIfAborted();
		failure = error;
		sayError(error);
	}
	if (!stopAfterwards) {
		say(`\n  Editor     ${n8n.url}/workflow/${workflow.id}`);
		say(`  E-mail     ${owner.email}`);
		say(`  Password   ${owner.password}`);
		for (const [label, value] of Object.entries(addressesOf(service))) {
			say(`  ${label.padEnd(10)} ${value}`);
		}
		say('\n  Ctrl-C stops it all.');
		await Promise.race([interrupted(signal), n8n.ended()]);
		if (!signal.aborted) throw new Error(`n8n has ended. Its log is in ${n8n.logFile}`);
	}
	return failure === undefined;
}

function readArguments(): Arguments | undefined {
	const { values } = parseArgs({
		options: {
			ltx: { type: 'boolean', default: false },
			once: { type: 'boolean', default: false },
			out: { type: 'string', default: join(projectRoot, 'output') },
			data: { type: 'string', default: join(cacheFolder, 'demo') },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return undefined;
	return {
		ltx: values.ltx,
		once: values.once,
		out: resolve(values.out),
		data: resolve(values.data),
	};
}

async function main(): Promise<number> {
	const interrupt = new AbortController();
	for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(name, () => {
			// The second time somebody is in a hurry.
			if (interrupt.signal.aborted) process.exit(EXIT_INTERRUPTED);
			interrupt.abort();
		});
	}
	const cleanups: Cleanup[] = [];
	try {
		const args = readArguments();
		if (!args) {
			say(HELP);
			return 0;
		}
		return (await demo(args, cleanups, interrupt.signal)) ? 0 : 1;
	} catch (error) {
		if (interrupt.signal.aborted) return EXIT_INTERRUPTED;
		sayError(error);
		return 1;
	} finally {
		for (const cleanup of cleanups.reverse()) await cleanup();
	}
}

void main().then((code) => {
	process.exitCode = code;
});
