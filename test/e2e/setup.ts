import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createContract } from '../contract/contract';
import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator';
import { N8nApi, type Credential, type WorkflowJson } from '../n8n-host/api';
import { projectRoot } from '../n8n-host/hosts';
import { startN8n, type N8n, type N8nOptions } from '../n8n-host/instance';
import { OWNER, sharedN8n, type SharedN8n } from './shared';

/** A real n8n and an emulated useapi.net of the test's own. */
export interface Stage<Host> {
	n8n: Host;
	/** n8n's API, as its owner. */
	api: N8nApi;
	emulator: Emulator;
	/** Credentials in n8n that belong to the emulator, one of each type. */
	credentials: Credential[];
	/**
	 * Ends what the test has started.
	 * @throws Error when an exchange between node and emulator has broken the contract
	 */
	close: () => Promise<void>;
}

/** An emulator whose every exchange is held to the contract. */
async function startHeldEmulator(options: EmulatorOptions) {
	const contract = createContract();
	const violations: string[] = [];
	const emulator = await startEmulator({
		...options,
		onExchange: (exchange) => violations.push(...contract.check(exchange)),
	});
	const close = async () => {
		await emulator.close();
		if (violations.length > 0) {
			throw new Error(`The contract was broken:\n${violations.join('\n')}`);
		}
	};
	return { emulator, close };
}

/** Enters the emulator into n8n, which must have the package by now. */
export async function createCredentials(api: N8nApi, emulator: Emulator): Promise<Credential[]> {
	const { token, ltx, url } = emulator;
	const { apiKey } = ltx.behaviour;
	return [
		await api.createCredential('useapiApi', `useapi.net at ${url}`, { token, baseUrl: url }),
		await api.createCredential('ltxApi', `LTX at ${url}`, { apiKey, baseUrl: url }),
	];
}

/** Sets a test up on the n8n that all tests of the run share. It must leave that n8n running. */
export async function useSharedN8n(options: EmulatorOptions = {}): Promise<Stage<SharedN8n>> {
	const n8n = sharedN8n();
	const api = N8nApi.resume(n8n.url, n8n.cookie);
	const { emulator, close } = await startHeldEmulator(options);
	return { n8n, api, emulator, credentials: await createCredentials(api, emulator), close };
}

/**
 * Sets a test up on an n8n of its own, which it may stop, kill and start again. Without a tarball there are no credentials,
 * since n8n does not know their types yet.
 */
export async function startOwnN8n({
	n8n: n8nOptions,
	...emulatorOptions
}: EmulatorOptions & { n8n?: N8nOptions } = {}): Promise<Stage<N8n>> {
	const options = { tarball: sharedN8n().tarball, ...n8nOptions };
	const n8n = await startN8n(options);
	const api = await N8nApi.connect(n8n.url, OWNER);
	const { emulator, close: closeEmulator } = await startHeldEmulator(emulatorOptions);
	const close = async () => {
		await n8n.stop();
		await closeEmulator();
	};
	const credentials = options.tarball ? await createCredentials(api, emulator) : [];
	return { n8n, api, emulator, credentials, close };
}

/** Reads a workflow from the examples. */
export async function readExample(name: string): Promise<WorkflowJson> {
	const file = join(projectRoot, 'examples', `${name}.json`);
	return JSON.parse(await readFile(file, 'utf8')) as WorkflowJson;
}
