import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { outputOf, type Execution, type WorkflowJson } from '../n8n-host/api';
import type { N8n } from '../n8n-host/instance';
import { runExample, setField } from './runExample';
import { startS3 } from './s3';
import { readExample, startOwnN8n, useSharedN8n, type Stage } from './setup';
import type { SharedN8n } from './shared';
import { startSideServer } from './sideServer';

const PNG = '89504e47';
const MP4 = 'ftyp';

const jsonOf = (execution: Execution, node: string) =>
	outputOf(execution, node).map(({ json }) => json);

/** Makes an image of each of three snails, and waits for them. */
const threeSnails: WorkflowJson = {
	name: 'Three snails',
	settings: { executionOrder: 'v1' },
	nodes: [
		{
			id: 'start',
			name: 'Start',
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		},
		{
			id: 'snails',
			name: 'Snails',
			type: 'n8n-nodes-base.code',
			typeVersion: 2,
			position: [220, 0],
			parameters: {
				jsCode: 'return [1, 2, 3].map((number) => ({ json: { prompt: `Snail ${number}` } }));',
			},
		},
		{
			id: 'create',
			name: 'Create',
			type: 'n8n-nodes-useapi-ltxstudio.ltxStudio',
			typeVersion: 1.1,
			position: [440, 0],
			credentials: { useapiApi: { id: null, name: '' } },
			parameters: {
				resource: 'image',
				operation: 'create',
				prompt: '={{ $json.prompt }}',
				options: { concurrency: 1 },
			},
		},
	],
	connections: {
		Start: { main: [[{ node: 'Snails', type: 'main', index: 0 }]] },
		Snails: { main: [[{ node: 'Create', type: 'main', index: 0 }]] },
	},
};

describe('the examples that end where work ends', () => {
	let stage: Stage<SharedN8n>;

	beforeEach(async () => {
		stage = await useSharedN8n({ jobDuration: 500 });
	});

	afterEach(async () => {
		await stage.close();
	});

	describe('Approve before paying', () => {
		const billOf = (execution: Execution) => jsonOf(execution, 'Bill')[0];

		/** Runs the example up to its form, and fills that in. */
		const decide = async (decision: string) => {
			const { id } = await stage.api.importWorkflow(
				await readExample('approve-before-paying'),
				stage.credentials,
			);
			const executionId = await stage.api.run(id);
			// n8n says that it waits before it has written what came out.
			const asked = await stage.api.waitForExecution(executionId, {
				until: (execution) => execution.status === 'waiting' && billOf(execution) !== undefined,
			});
			const bill = billOf(asked);
			expect(stage.emulator.jobs.all).toEqual([]);
			const url = bill?.formUrl as string;
			const page = await (await fetch(url)).text();
			expect(page).toContain('Make 2 pictures for about $0.03?');
			const body = new FormData();
			body.set('field-0', decision);
			await fetch(url, { method: 'POST', body });
			return { bill, execution: await stage.api.waitForExecution(executionId) };
		};

		it('shows the price, and makes what was valid once a person has agreed', async () => {
			const { bill, execution } = await decide('Approve');

			expect(bill).toMatchObject({ items: 3, valid: 2, usd: 0.03, credits: 24, unpriced: 0 });
			expect(bill?.problems).toContain('Item 3 of 3: "Aspect Ratio" is "7:5"');
			expect(execution.status).toBe('success');
			expect(jsonOf(execution, 'Create Images')).toMatchObject([
				{ prompt: 'A paper boat on a still pond at dawn', priceUsd: 0.015 },
				{ prompt: 'An old lighthouse under the northern lights', priceUsd: 0.015 },
			]);
			expect(stage.emulator.ledger.total).toBe(24);
		});

		it('pays for nothing that was declined', async () => {
			const { execution } = await decide('Decline');

			expect(execution.status).toBe('success');
			expect(outputOf(execution, 'Declined')).toHaveLength(1);
			expect(stage.emulator.ledger.charges).toEqual([]);
		});
	});

	it('To a drive or S3: each picture is in the bucket, under its own name', async () => {
		const s3 = await startS3('pictures');
		const credentials = [await stage.api.createCredential('s3', 'S3', s3.credential)];
		const { execution } = await runExample(stage, 'to-s3-or-drive', { credentials });
		const objects = await s3.objects('from-n8n');
		await s3.close();

		const uploaded = jsonOf(execution, 'Uploaded');
		expect(uploaded.map(({ file }) => file)).toEqual([
			expect.stringMatching(/^from-n8n\/a-paper-boat-[\w-]+\.png$/),
			expect.stringMatching(/^from-n8n\/an-old-lighthouse-[\w-]+\.png$/),
		]);
		expect([...objects.keys()].map((name) => `from-n8n/${name}`)).toEqual(
			uploaded.map(({ file }) => file),
		);
		for (const content of objects.values()) {
			expect(content.subarray(0, 4).toString('hex')).toBe(PNG);
		}
	});

	it('Storyboard to one film: without ffmpeg, one page that plays all clips', async () => {
		const { execution } = await runExample(stage, 'storyboard-to-film');

		const [page] = outputOf(execution, 'Film File');
		expect(page?.binary?.data?.fileName).toBe('film.html');
		const [film] = jsonOf(execution, 'Film Page');
		expect(film?.clips).toBe(3);
		const clips = (film?.html as string).match(/data:video\/mp4;base64,[\w+/=]+/g) ?? [];
		expect(clips).toHaveLength(3);
		for (const clip of clips) {
			expect(Buffer.from(clip.split(',')[1] ?? '', 'base64').toString('latin1', 4, 8)).toBe(MP4);
		}
	});

	it('Crash recovery: what a stopped execution has paid for is found and fetched, item by item', async () => {
		stage.emulator.behaviour.jobDuration = 15_000;
		const { id } = await stage.api.importWorkflow(threeSnails, stage.credentials);
		const stopped = await stage.api.run(id);
		while (stage.emulator.jobs.all.length < 3) await delay(100);
		await stage.api.stopExecution(stopped);
		const [first] = stage.emulator.jobs.all;
		stage.emulator.jobs.finish(first?.id ?? '');

		const { execution } = await runExample(stage, 'crash-recovery', {
			edit: (workflow) => {
				setField(workflow, 'Settings', 'executionId', stopped);
			},
		});
		const made = stage.emulator.jobs.all.map(({ id: jobId, prompt }) => ({ jobId, prompt }));
		expect(
			jsonOf(execution, 'Recovered').map(({ jobId, item }) => ({
				jobId,
				prompt: `Snail ${item as string}`,
			})),
		).toEqual(made);
		for (const { binary } of outputOf(execution, 'Recovered')) {
			expect(binary?.data?.mimeType).toBe('image/png');
		}
		expect(stage.emulator.ledger.charges).toHaveLength(3);
	});

	it('Luma: picture to video: uploads the picture, asks for a video that starts with it, and waits', async () => {
		const ref = 'u1-email:director@example.com-image:1';
		const states = ['pending', 'processing', 'completed'];
		const luma = await startSideServer(({ method, url }) => {
			if (url.startsWith('/v1/luma/assets/'))
				return { assetRef: ref, email: 'director@example.com' };
			if (url === '/v1/luma/videos' && method === 'POST') return { jobid: 'j1-bot:luma' };
			if (url.startsWith('/v1/luma/jobs/')) {
				const video = { url: `${luma.url}/video.mp4` };
				return { jobid: 'j1-bot:luma', status: states.shift(), response: { video } };
			}
			return {};
		});
		const own = await stage.api.createCredential('useapiApi', 'Luma', {
			token: 'user:1-luma',
			baseUrl: luma.url,
		});
		const { execution } = await runExample(
			{ ...stage, credentials: [own] },
			'luma-picture-to-video',
			{
				edit: (workflow) => {
					setField(workflow, 'Settings', 'email', 'director@example.com');
					for (const { name, parameters } of workflow.nodes) {
						if (typeof parameters.url === 'string') {
							parameters.url = parameters.url.replace('https://api.useapi.net', luma.url);
						}
						if (name === 'Wait') parameters.amount = 1;
					}
				},
			},
		);
		await luma.close();

		const [upload, create, ...looks] = luma.requests;
		expect(upload?.url).toBe('/v1/luma/assets/director%40example.com');
		expect(JSON.parse(create?.body.toString() ?? '')).toMatchObject({ imageStart: ref });
		expect(looks.map(({ url }) => url)).toEqual([
			...Array<string>(3).fill('/v1/luma/jobs/j1-bot%3Aluma'),
			'/video.mp4',
		]);
		expect(looks.slice(0, 3).map(({ headers }) => headers.authorization)).toEqual(
			Array(3).fill('Bearer user:1-luma'),
		);
		expect(outputOf(execution, 'Download Video')[0]?.binary?.data).toBeDefined();
	});

	describe('Error workflow', () => {
		/** A workflow that fails in production, while its jobs go on. */
		const failing = (
			errorWorkflow: string,
			useapiApi: { id: string; name: string },
		): WorkflowJson => ({
			name: 'Impatient',
			settings: { executionOrder: 'v1', errorWorkflow },
			nodes: [
				{
					id: 'call',
					name: 'Call',
					type: 'n8n-nodes-base.webhook',
					typeVersion: 2,
					position: [0, 0],
					webhookId: 'impatient',
					parameters: { path: 'impatient', httpMethod: 'POST' },
				},
				{
					id: 'animals',
					name: 'Animals',
					type: 'n8n-nodes-base.splitOut',
					typeVersion: 1,
					position: [220, 0],
					parameters: {
						fieldToSplitOut: 'body.animals',
						options: { destinationFieldName: 'animal' },
					},
				},
				{
					id: 'create',
					name: 'Create',
					type: 'n8n-nodes-useapi-ltxstudio.ltxStudio',
					typeVersion: 1.1,
					position: [440, 0],
					credentials: { useapiApi },
					parameters: {
						resource: 'image',
						operation: 'create',
						prompt: '=A {{ $json.animal }}',
						options: { timeout: 0.1 },
					},
				},
			],
			connections: {
				Call: { main: [[{ node: 'Animals', type: 'main', index: 0 }]] },
				Animals: { main: [[{ node: 'Create', type: 'main', index: 0 }]] },
			},
		});

		it('gets each job that an error names, whatever becomes of the others, and tells them', async () => {
			stage.emulator.behaviour.jobDuration = 12_000;
			const [credential] = stage.credentials;
			if (!credential) throw new Error('There is no credential');
			const handler = await stage.api.importWorkflow(
				await readExample('error-workflow'),
				stage.credentials,
			);
			await stage.api.activate(handler.id);
			const { id } = await stage.api.importWorkflow(failing(handler.id, credential), []);
			await stage.api.activate(id);
			await fetch(`${stage.n8n.url}/webhook/impatient`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ animals: ['hare [fail: busy]', 'snail'] }),
			});

			let handled: Execution | undefined;
			while (!handled) {
				const [started] = await stage.api.executions(handler.id);
				if (started) handled = await stage.api.waitForExecution(started.id);
				else await delay(250);
			}
			await stage.api.deactivate(id);
			await stage.api.deactivate(handler.id);

			expect(handled.status).toBe('success');
			const jobOf = (animal: string) =>
				stage.emulator.jobs.all.find(({ prompt }) => prompt?.includes(animal))?.id;
			const [hare, snail] = [jobOf('hare'), jobOf('snail')];
			const [message] = jsonOf(handled, 'Message');
			expect(message?.message).toContain('"Impatient" has failed at "Create"');
			expect(message?.message).toContain(`Paid for: ${[hare, snail].join(', ')}`);
			expect(new Set(jsonOf(handled, 'Find Jobs').map(({ jobId }) => jobId))).toEqual(
				new Set([hare, snail]),
			);
			expect(jsonOf(handled, 'Results')).toMatchObject([
				{ jobId: hare, status: 'no result', problem: 'The generation failed: busy' },
				{ jobId: snail, status: 'completed', problem: '' },
			]);
			expect(outputOf(handled, 'Wait for Jobs')[1]?.binary?.data?.mimeType).toBe('image/png');
			expect(stage.emulator.ledger.charges).toHaveLength(2);
		});
	});
});

/** Stands for ffmpeg: lays the clips that the list names behind one another. */
const JOIN = `#!/bin/sh
set -e
while [ $# -gt 1 ]; do
	if [ "$1" = -i ]; then list=$2; fi
	shift
done
last=$1
sed "s/^file '\\(.*\\)'$/\\1/" "$list" | while read -r clip; do cat "$clip"; done > "$last"
`;

describe('the example "Storyboard to one film with ffmpeg", where commands are allowed', () => {
	let stage: Stage<N8n>;

	beforeAll(async () => {
		const tools = await mkdtemp(join(tmpdir(), 'tools-'));
		await writeFile(join(tools, 'ffmpeg'), JOIN);
		await chmod(join(tools, 'ffmpeg'), 0o755);
		stage = await startOwnN8n({
			jobDuration: 500,
			n8n: { env: { NODES_EXCLUDE: '[]', PATH: `${tools}:${process.env.PATH ?? ''}` } },
		});
	});

	afterAll(async () => {
		await stage.close();
	});

	it('joins the clips in their order', async () => {
		const folder = join(stage.n8n.filesFolder, 'film');
		await mkdir(folder, { recursive: true });
		const { execution } = await runExample(stage, 'storyboard-to-film-with-ffmpeg', {
			edit: (workflow) => {
				setField(workflow, 'Settings', 'folder', folder);
			},
		});
		const clips = await Promise.all(
			[1, 2, 3].map(
				async (scene) => await readFile(join(folder, `${execution.id}-clip-${scene}.mp4`)),
			),
		);
		expect(clips.map((clip) => clip.toString('latin1', 4, 8))).toEqual([MP4, MP4, MP4]);
		const film = `${execution.id}-film.mp4`;
		expect(await readFile(join(folder, film))).toEqual(Buffer.concat(clips));
		expect(outputOf(execution, 'Film')[0]?.binary?.data?.fileName).toBe(film);
	});
});
