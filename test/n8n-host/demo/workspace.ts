import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join, relative } from 'node:path';
import { type Credential, type N8nApi, type Owner, type StoredWorkflow } from '../api';
import { projectRoot } from '../hosts';
import type { Service } from './service';

const OWNER_EMAIL = 'demo@example.com';
const OWNER_ONLY = 0o600;

async function readJson(file: string): Promise<unknown> {
	return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : undefined;
}

/** True while a program listens on the socket. */
async function answers(socketPath: string): Promise<boolean> {
	const socket = connect(socketPath);
	try {
		await once(socket, 'connect');
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}

/**
 * Claims the demo's data folder for this process; n8n's database takes one n8n at a time. The claim is a socket that
 * this process listens on, so it ends with the process, however that ends.
 * @returns gives the folder free again
 * @throws Error when another demo is using it
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
	await mkdir(folder, { recursive: true });
	// A socket's path may have about 100 characters, which an absolute one soon exceeds.
	const socketPath = relative('.', join(folder, 'demo.sock'));
	if (await answers(socketPath)) {
		throw new Error('The demo is running already. Stop it first, with Ctrl-C.');
	}
	await rm(socketPath, { force: true });
	const claim = createServer().listen(socketPath);
	await once(claim, 'listening');
	return async () => {
		claim.close();
		await once(claim, 'close');
	};
}

/** The owner of the demo's n8n, with a password that is made once for each data folder. */
export async function readOwner(folder: string): Promise<Owner> {
	const file = join(folder, 'owner.json');
	const known = await readJson(file);
	if (known !== undefined) return known as Owner;
	const owner: Owner = {
		email: OWNER_EMAIL,
		// n8n asks for a capital letter and a digit.
		password: `Demo1-${randomBytes(6).toString('hex')}`,
		firstName: 'Demo',
		lastName: 'Owner',
	};
	await writeFile(file, JSON.stringify(owner), { mode: OWNER_ONLY });
	return owner;
}

/** Creates the demo's credential, or points it to the service of this run. */
export async function ensureCredential(
	api: N8nApi,
	{ type, name, data }: Service['credential'],
): Promise<Credential> {
	const existing = (await api.credentials()).find(
		(credential) => credential.type === type && credential.name === name,
	);
	return existing
		? await api.updateCredential(existing, data)
		: await api.createCredential(type, name, data);
}

/** The imported example, as it was after the import. */
interface Imported {
	id: string;
	versionId: string;
	source: string;
}

/** What the note of an example asks for, and the demo has done. */
const CHOOSE_CREDENTIAL = /Choose your [\w.]+ credential in [^,.]+, then click/;
const CREDENTIAL_IS_CHOSEN = 'The credential is chosen already: click';

/** Imports the example. One that was imported earlier is used again, unless it or its file has been edited since. */
export async function ensureWorkflow(
	api: N8nApi,
	folder: string,
	example: string,
	credential: Credential,
): Promise<StoredWorkflow> {
	const file = join(folder, `${example}.json`);
	const source = await readFile(join(projectRoot, 'examples', `${example}.json`), 'utf8');
	const known = (await readJson(file)) as Imported | undefined;
	if (known?.source === source) {
		const stored = (await api.workflows()).find(
			({ id, versionId }) => id === known.id && versionId === known.versionId,
		);
		if (stored) return await api.workflow(stored.id);
	}
	const text = source.replace(CHOOSE_CREDENTIAL, CREDENTIAL_IS_CHOSEN);
	const workflow = await api.importWorkflow(JSON.parse(text) as StoredWorkflow, [credential]);
	const imported: Imported = { id: workflow.id, versionId: workflow.versionId, source };
	await writeFile(file, JSON.stringify(imported));
	return workflow;
}
