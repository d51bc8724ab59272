import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import type {
	IDataObject,
	INodeExecutionData,
	INodeParameterResourceLocator,
	INodeParameters,
} from 'n8n-workflow';

import { operations } from '../contract/document';
import type { LoggedRequest } from '../emulator';
import type { UploadType } from '../emulator/endpoints';
import { storagePath } from '../emulator/library';
import type { EngineRun } from './harness/run';
import type { Lab } from './setup';

/** The account that the emulator has by itself. */
export const EMAIL = 'creator@example.com';

/** Of the form of a job ID, and of no job. */
export const UNKNOWN_JOB = `email:${EMAIL}-job:7a34b821-9fd0-205e-d21b-4abc6f7839e7-type:video`;

/** Of the form of an asset ID, and of no asset. */
export const UNKNOWN_ASSET = 'asset:3b18c2d4-5e6f-7081-92a3-b4c5d6e7f809-type:image/png';

/** What a workflow hands on as a picture: no more of one than its first bytes. */
export const PHOTO = {
	data: Buffer.from('\x89PNG\r\n\x1a\nphoto', 'latin1'),
	fileName: 'photo.png',
	mimeType: 'image/png',
};

/** A resource locator that is filled in by hand. */
export const byId = (value: string): INodeParameterResourceLocator => ({
	__rl: true,
	mode: 'id',
	value,
});

/** Puts a picture into an account without a request. @returns its asset ID */
export function addPicture(
	{ emulator }: Lab,
	{ type = 'image', email = EMAIL }: { type?: UploadType; email?: string } = {},
): string {
	const id = randomUUID();
	const mimeType = 'image/png';
	const asset = emulator.library.describe({
		id,
		email,
		createdAt: emulator.clock.now(),
		fileId: `asset:${id}-type:${mimeType}`,
		mimeType,
		type,
		path: storagePath('artifacts/user-uploads', id, mimeType),
	});
	const look = { text: id, ratio: '16:9' } as const;
	emulator.library.add(asset, { kind: 'picture', ...look }, look);
	return asset.fileId;
}

/** The requests of a method that the emulator got, those of one path where one is given. */
export const requestsOf = ({ emulator }: Lab, method: string, path?: string): LoggedRequest[] =>
	emulator.requests.filter(
		(request) => request.method === method && (path === undefined || request.path === path),
	);

/** Forgets the requests so far, so that only those of the test at hand are looked at. */
export function forgetRequests({ emulator }: Lab): void {
	emulator.requests.length = 0;
}

/** Everything of a run that n8n stores, logs or shows, as one text. */
export const everythingOf = (run: EngineRun): string =>
	[
		JSON.stringify([run.data, run.logs]),
		inspect([run.error, run.nodeError()], { depth: null }),
	].join('\n');

export const pairsOf = (items: INodeExecutionData[]) => items.map(({ pairedItem }) => pairedItem);

export const jsonOf = (items: INodeExecutionData[]): IDataObject[] => items.map(({ json }) => json);

/** Runs an operation for three items, each with a picture. @returns what comes out */
export async function runThree(
	{ engine }: Lab,
	resource: string,
	operation: string,
	parameters: INodeParameters = {},
	items: IDataObject[] = [{}, {}, {}],
): Promise<INodeExecutionData[]> {
	const run = await engine.runNode({
		parameters: { resource, operation, ...parameters },
		items: items.map((json) => ({ json, binary: { data: PHOTO } })),
	});
	expect(run.error).toBeUndefined();
	return run.items();
}

/** The parameters of endpoints that no accepted request of the lab has carried. */
export function parametersNotSent({ contract }: Lab, paths: RegExp): string[] {
	const ids = operations
		.filter(({ tag, path }) => tag === 'ltxstudio' && paths.test(path))
		.map(({ id }) => id);
	expect(ids).not.toEqual([]);
	return contract.coverage.parameters.missing.filter((name) =>
		ids.some((id) => name.startsWith(`${id} `)),
	);
}
