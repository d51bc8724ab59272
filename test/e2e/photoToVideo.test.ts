import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf, outputOf, type Execution } from '../n8n-host/api';
import { projectRoot } from '../n8n-host/hosts';
import { readExample, useSharedN8n, type Stage } from './setup';
import type { SharedN8n } from './shared';

describe('the example "Photo to video"', () => {
	let stage: Stage<SharedN8n>;
	let execution: Execution;
	beforeAll(async () => {
		stage = await useSharedN8n({ jobDuration: 1000 });
		const example = await readExample('photo-to-video');
		const { id } = await stage.api.importWorkflow(example, stage.credentials);
		execution = await stage.api.waitForExecution(await stage.api.run(id));
	});
	afterAll(() => stage.close());

	it('runs to its end', () => {
		expect([execution.status, failureOf(execution)]).toEqual([
			'success',
			'The execution ended as "success".',
		]);
	});

	it('uploads the photo that it holds', async () => {
		const { nodes } = await readExample('photo-to-video');
		const assignments = nodes.find(({ name }) => name === 'Example Photo')?.parameters
			.assignments as { assignments: Array<{ value: string }> };
		const photo = Buffer.from(assignments.assignments[0]?.value ?? '', 'base64');

		expect(stage.emulator.uploads).toEqual([
			expect.objectContaining({
				bytes: photo.length,
				sha256: createHash('sha256').update(photo).digest('hex'),
			}),
		]);
		const [asset, ...others] = outputOf(execution, 'Upload Photo');
		expect(others).toEqual([]);
		expect(asset?.json.fileId).toMatch(/^asset:.+-type:image\/jpeg$/);
	});

	it('pays for one job, and hands its video over', async () => {
		const [charge, ...others] = stage.emulator.ledger.charges;
		const [item] = outputOf(execution, 'Create Video');
		const video = await stage.api.binary(item?.binary?.data?.id ?? '');

		expect(others).toEqual([]);
		expect(item?.json).toMatchObject({ jobId: charge?.jobId, status: 'completed', type: 'video' });
		expect(item?.pairedItem).toEqual({ item: 0 });
		expect(item?.binary?.data).toMatchObject({
			mimeType: 'video/mp4',
			fileExtension: 'mp4',
		});
		const made = join(projectRoot, 'test', 'emulator', 'artifacts', 'landscape.mp4');
		expect(video.equals(await readFile(made))).toBe(true);
	});
});
