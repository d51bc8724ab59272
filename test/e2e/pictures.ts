import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { parseArgs } from 'node:util';
import type { IDataObject, INodeParameters, INodeTypeDescription } from 'n8n-workflow';
import type { Browser } from 'playwright-core';
import { Ltx } from '../../nodes/Ltx/Ltx.node.ts';
import { LtxStudio } from '../../nodes/LtxStudio/LtxStudio.node.ts';
import { Luma } from '../../nodes/Luma/Luma.node.ts';
import { startEmulator } from '../emulator';
import { N8nApi, withCredentials } from '../n8n-host/api';
import { projectRoot } from '../n8n-host/hosts';
import { startN8n } from '../n8n-host/instance';
import { packPackage } from '../n8n-host/packPackage';
import { launchBrowser } from './browser';
import { Editor, type Installation, type Theme } from './editor/editor';
import { oneNode, workflowOf } from './editor/workflow';
import { readExample } from './setup';
import { OWNER } from './shared';

const EXAMPLES = join(projectRoot, 'examples');
const EXAMPLE_PICTURES = join(EXAMPLES, 'images');
const PICTURES = join(projectRoot, 'docs', 'images');
const FORM_PICTURES = join(PICTURES, 'forms');

/** The canvas without the bars around it. */
const CANVAS = { x: 42, y: 84, width: 1398, height: 776 };

/** What n8n lays over the canvas. */
const OVERLAYS = [
	'.vue-flow__panel',
	'[data-test-id="execute-workflow-button"]',
	'[data-test-id="canvas-controls"]',
	'[data-test-id="node-creator-plus-button"]',
	'[data-test-id="command-bar-button"]',
	'[data-test-id="add-sticky-button"]',
	'[data-test-id="toggle-focus-panel-button"]',
];

/** Which pictures are taken. */
const { values: choice } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const wanted = new RegExp(choice.only);

/** Shows an example on the canvas, fitted into the window. */
async function openExample(
	browser: Browser,
	installation: Installation,
	name: string,
	theme: Theme = 'light',
): Promise<Editor> {
	const credentials = await installation.api.credentials();
	const example = withCredentials(await readExample(name), credentials);
	const editor = await Editor.open(browser, installation, example, theme);
	await editor.page.getByTestId('zoom-to-fit').click();
	// The canvas moves there smoothly.
	await editor.page.waitForTimeout(1000);
	return editor;
}

async function picture(editor: Editor, path: string, clip?: typeof CANVAS): Promise<void> {
	await editor.page.screenshot({ path, ...(clip && { clip }) });
	console.log(path);
}

/** Takes the pictures of the examples. */
async function takeExamples(browser: Browser, installation: Installation): Promise<void> {
	await mkdir(EXAMPLE_PICTURES, { recursive: true });
	for (const file of await readdir(EXAMPLES)) {
		const { name, ext } = parse(file);
		if (ext !== '.json' || !wanted.test(name)) continue;
		const editor = await openExample(browser, installation, name);
		await editor.page.addStyleTag({ content: `${OVERLAYS.join()} { display: none !important }` });
		await picture(editor, join(EXAMPLE_PICTURES, `${name}.png`), CANVAS);
		await editor.close();
	}
}

/** Takes the picture of the main example after it has run, and of its video. */
async function takeMainExample(browser: Browser, installation: Installation): Promise<void> {
	if (!['photo-to-video', 'result-video'].some((name) => wanted.test(name))) return;
	const editor = await openExample(browser, installation, 'photo-to-video');
	await editor.page.getByTestId('execute-workflow-button').click();
	await editor.page.getByText('Workflow executed successfully').waitFor({ timeout: 120_000 });
	await picture(editor, join(PICTURES, 'photo-to-video.png'));
	await editor.openNode('Create Video');
	await editor.page.getByTestId('radio-button-binary').last().click();
	await editor.page.getByTestId('ndv-view-binary-data').click();
	await editor.page.locator('video').waitFor();
	await picture(editor, join(PICTURES, 'result-video.png'));
	await editor.close();
}

/** The operations of a node, with what selects them. */
function operationsOf({ name, displayName, properties }: INodeTypeDescription): Form[] {
	return properties
		.filter((property) => property.name === 'operation')
		.flatMap(({ displayOptions, options = [] }) => {
			const shownFor = displayOptions?.show?.resource ?? [];
			const [resource = ''] = shownFor.filter((value) => typeof value === 'string');
			return options.flatMap((option) =>
				'value' in option
					? [
							{
								file: `${name}-${resource}-${String(option.value)}`,
								name: `${displayName}: ${option.action ?? option.name}`,
								type: name,
								parameters: { resource, operation: option.value },
							},
						]
					: [],
			);
		});
}

interface Form {
	/** The picture, without its extension. */
	file: string;
	name: string;
	type: string;
	parameters: INodeParameters;
}

/** Takes a picture of each operation's form for the reference pages. */
async function takeOperations(browser: Browser, installation: Installation): Promise<void> {
	await mkdir(FORM_PICTURES, { recursive: true });
	const trigger = {
		file: 'ltxStudioTrigger',
		name: 'LTX Studio Trigger',
		type: 'ltxStudioTrigger',
		parameters: {},
	};
	const all = [
		...operationsOf(new LtxStudio().description),
		...operationsOf(new Ltx().description),
		...operationsOf(new Luma().description),
		trigger,
	];
	const credentials = await installation.api.credentials();
	const credentialOf = (type: string) => (type === 'ltx' ? 'ltxApi' : 'useapiApi');
	const forms = all
		.filter(({ file }) => wanted.test(file))
		.map((form) => ({
			...form,
			credential: credentials.find(({ type }) => type === credentialOf(form.type)),
		}));
	if (forms.length === 0) return;
	const editor = await Editor.open(browser, installation, workflowOf(forms));
	for (const { file, name } of forms) {
		await editor.openNode(name);
		await picture(editor, join(FORM_PICTURES, `${file}.png`));
		await editor.closeNode();
	}
	await editor.close();
}

/** Takes the pictures of what README and guides tell about. */
async function takeForms(browser: Browser, installation: Installation): Promise<void> {
	const credentials = await installation.api.credentials();
	const credential = credentials.find(({ type }) => type === 'useapiApi');
	const createLtx = {
		resource: 'video',
		operation: 'createLtx',
		prompt: 'The camera glides over the lake at sunrise',
	};
	const createImage = {
		resource: 'image',
		operation: 'create',
		prompt: 'A lighthouse by the sea, at dusk',
	};
	for (const [name, parameters] of Object.entries({
		'form-create-ltx': createLtx,
		'result-picture': createImage,
	})) {
		if (!wanted.test(name)) continue;
		const editor = await Editor.open(browser, installation, oneNode(parameters, credential));
		await editor.openNode();
		if (name.startsWith('result')) {
			await editor.execute();
			await editor.page.getByTestId('ndv-view-binary-data').click({ timeout: 60_000 });
			await editor.page.locator('img[src*="binary-data"]').waitFor();
		}
		await picture(editor, join(PICTURES, `${name}.png`));
		await editor.close();
	}
}

const PROMPTS = ['A lighthouse by the sea', 'A lake at sunrise', 'A city in the rain', ''];

/** What README shows of a run, in both themes. */
const SCENES: Record<string, Scene> = {
	batch: {
		parameters: { resource: 'image', operation: 'create', prompt: '={{ $json.prompt }}' },
		items: PROMPTS.filter((prompt) => prompt !== '').map((prompt) => ({ prompt })),
		ends: /^3 jobs: 3 submitted, 3 completed/,
	},
	error: {
		parameters: { resource: 'video', operation: 'createLtx', prompt: '={{ $json.prompt }}' },
		items: [{ prompt: PROMPTS[0] }],
	},
	'check-only': {
		parameters: {
			resource: 'image',
			operation: 'create',
			prompt: '={{ $json.prompt }}',
			options: { dryRun: true },
		},
		items: PROMPTS.map((prompt) => ({ prompt })),
		ends: /3 valid, 1 not/,
	},
};

interface Scene {
	parameters: INodeParameters;
	items: IDataObject[];
	/** What the hint says when the run is over; left out where it ends with an error. */
	ends?: RegExp;
}

/** Takes the pictures of runs. */
async function takeScenes(browser: Browser, installation: Installation): Promise<void> {
	const credentials = await installation.api.credentials();
	const credential = credentials.find(({ type }) => type === 'useapiApi');
	for (const [name, { parameters, items, ends }] of Object.entries(SCENES)) {
		if (!wanted.test(name)) continue;
		for (const theme of ['light', 'dark'] as const) {
			const workflow = {
				...oneNode(parameters, credential),
				pinData: { Start: items.map((json) => ({ json })) },
			};
			const editor = await Editor.open(browser, installation, workflow, theme);
			await editor.openNode();
			await editor.execute();
			if (ends) {
				await editor.page.getByText(ends).first().waitFor({ timeout: 60_000 });
				await editor.page.getByTestId('radio-button-table').last().click();
			} else {
				await editor.page.getByTestId('node-error-message').waitFor();
			}
			await picture(editor, join(PICTURES, `${name}-${theme}.png`));
			await editor.close();
		}
	}
}

/** Takes the example that has a person agree while it waits for them, and the form that it asks them with. */
async function takeApproval(browser: Browser, installation: Installation): Promise<void> {
	if (!wanted.test('approval')) return;
	for (const theme of ['light', 'dark'] as const) {
		const editor = await openExample(browser, installation, 'approve-before-paying', theme);
		const opened = editor.page.context().waitForEvent('page');
		await editor.page.getByTestId('execute-workflow-button').click();
		const form = await opened;
		await form.getByText('Make 2 pictures').first().waitFor();
		if (theme === 'light') {
			await form.setViewportSize({ width: 720, height: 480 });
			await form.screenshot({ path: join(PICTURES, 'approval-form.png') });
		}
		await picture(editor, join(PICTURES, `approval-${theme}.png`));
		await editor.close();
	}
}

const FRAME_MS = 500;

/** Takes the main job as a moving picture; ffmpeg joins its frames. */
async function takeMainJob(browser: Browser, installation: Installation): Promise<void> {
	if (!wanted.test('main-job')) return;
	const folder = await mkdtemp(join(tmpdir(), 'main-job-'));
	const editor = await openExample(browser, installation, 'photo-to-video');
	let frames = 0;
	const frame = async () => {
		const path = join(folder, `${String(frames++).padStart(4, '0')}.png`);
		await editor.page.screenshot({ path });
		await editor.page.waitForTimeout(FRAME_MS);
	};
	await frame();
	await editor.page.getByTestId('execute-workflow-button').click();
	const success = editor.page.getByText('Workflow executed successfully');
	while (!(await success.isVisible())) await frame();
	await frame();
	await editor.openNode('Create Video');
	await editor.page.getByTestId('radio-button-binary').last().click();
	await frame();
	await editor.page.getByTestId('ndv-view-binary-data').click();
	await editor.page.locator('video').waitFor();
	for (let more = 0; more < 6; more++) await frame();
	await editor.close();
	const path = join(PICTURES, 'main-job.gif');
	const filter =
		'scale=960:-1:flags=lanczos,split[a][b];[a]palettegen=max_colors=128[p];[b][p]paletteuse=dither=none';
	const { status, stderr } = spawnSync(
		'ffmpeg',
		['-y', '-framerate', '2', '-i', join(folder, '%04d.png'), '-vf', filter, path],
		{ encoding: 'utf8' },
	);
	await rm(folder, { recursive: true });
	if (status !== 0) throw new Error(`ffmpeg has made no moving picture: ${stderr}`);
	console.log(path);
}

/**
 * Takes the pictures of README, docs and examples, on an n8n and an emulator of its own: all of them, or those whose names match
 * `--only`.
 */
async function main(): Promise<void> {
	await mkdir(PICTURES, { recursive: true });
	const emulator = await startEmulator({ jobDuration: 2000 });
	const n8n = await startN8n({ tarball: await packPackage() });
	const browser = await launchBrowser();
	try {
		const api = await N8nApi.connect(n8n.url, OWNER);
		const { token, url: baseUrl, ltx } = emulator;
		await api.createCredential('useapiApi', 'useapi.net account', { token, baseUrl });
		const { apiKey } = ltx.behaviour;
		await api.createCredential('ltxApi', 'LTX account', { apiKey, baseUrl });
		const installation = { n8n, api };
		await takeMainExample(browser, installation);
		await takeMainJob(browser, installation);
		await takeScenes(browser, installation);
		await takeApproval(browser, installation);
		await takeForms(browser, installation);
		await takeOperations(browser, installation);
		await takeExamples(browser, installation);
	} finally {
		await browser.close();
		await n8n.stop();
		await emulator.close();
	}
}

void main();
