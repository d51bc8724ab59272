import { mkdir, readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { parseArgs } from 'node:util';
import type { INodeParameters, INodeTypeDescription } from 'n8n-workflow';
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
import { Editor, type Installation } from './editor/editor';
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
): Promise<Editor> {
	const credentials = await installation.api.credentials();
	const example = withCredentials(await readExample(name), credentials);
	const editor = await Editor.open(browser, installation, example);
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
