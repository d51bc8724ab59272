import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Credential, type N8nApi, type Owner, type StoredWorkflow } from '../api';
import { projectRoot } from '../hosts';

const OWNER_EMAIL = 'demo@example.com';
const CREDENTIAL_TYPE = 'useapiApi';
const CREDENTIAL_NAME = 'useapi.net account';
const OWNER_ONLY = 0o600;

/** The example that the demo runs. */
export const EXAMPLE_FILE = join(projectRoot, 'examples', 'photo-to-video.json');

async function readJson(file: string): Promise<unknown> {
	return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : undefined;
}

/** True while a process runs. */
function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/**
 * Claims the demo's data folder for this process; n8n's database takes one n8n at a time.
 * @returns gives it free again
 * @throws Error when another demo is using it
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
	await mkdir(folder, { recursive: true });
	const file = join(folder, 'demo.pid');
	const pid = existsSync(file) ? Number(await readFile(file, 'utf8')) : NaN;
	if (Number.isInteger(pid) && pid !== process.pid && isAlive(pid)) {
		throw new Error(`The demo is running already, as process ${pid}. Stop it first, with Ctrl-C.`);
	}
	await writeFile(file, String(process.pid));
	return () => rm(file, { force: true });
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
	{ token, baseUrl }: { token: string; baseUrl: string },
): Promise<Credential> {
	const data = { token, baseUrl };
	const existing = (await api.credentials()).find(
		({ type, name }) => type === CREDENTIAL_TYPE && name === CREDENTIAL_NAME,
	);
	return existing
		? await api.updateCredential(existing, data)
		: await api.createCredential(CREDENTIAL_TYPE, CREDENTIAL_NAME, data);
}

/** The imported example, as it was after the import. */
interface Imported {
	id: string;
	versionId: string;
	source: string;
}

/** Imports the example. One that was imported earlier is used again, unless it or its file has been edited since. */
export async function ensureWorkflow(
	api: N8nApi,
	folder: string,
	credential: Credential,
): Promise<StoredWorkflow> {
	const file = join(folder, 'example.json');
	const source = await readFile(EXAMPLE_FILE, 'utf8');
	const known = (await readJson(file)) as Imported | undefined;
	if (known?.source === source) {
		const stored = (await api.workflows()).find(
			({ id, versionId }) => id === known.id && versionId === known.versionId,
		);
		if (stored) return await api.workflow(stored.id);
	}
	const workflow = await api.importWorkflow(JSON.parse(source) as StoredWorkflow, [credential]);
	const imported: Imported = { id: workflow.id, versionId: workflow.versionId, source };
	await writeFile(file, JSON.stringify(imported));
	return workflow;
}
