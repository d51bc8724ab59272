import type { INodeParameters } from 'n8n-workflow';
import type { Browser } from 'playwright-core';
import { launchBrowser, screenshot } from '../browser';
import { useSharedN8n, type Stage } from '../setup';
import type { SharedN8n } from '../shared';
import { cutTexts } from './cutText';
import { Editor, type Theme } from './editor';
import { oneNode, workflowOf } from './workflow';

const chosen = (name: string, value: string) => ({
	__rl: true,
	mode: 'list',
	value,
	cachedResultName: name,
});

const ASSET = 'asset:3b18c2d4-5e6f-7081-92a3-b4c5d6e7f809-type:image/png';
const reference = chosen('Generated PNG · 3b18c2d4', ASSET);

/** A locator that is to be filled in by hand. */
const byHand = { __rl: true, mode: 'id', value: '' };

const JOB_OPTIONS = {
	concurrency: 10,
	maxJobs: 20,
	onUncertain: 'fail',
	pollForResult: 1,
	pollInterval: 5,
	replyRef: '',
	timeout: 15,
};
const SCENE = { lighting: '', location: '', shotAngle: 'eye-level', shotType: '', weather: '' };

/** Every operation of the LTX Studio node, with each of its models, and with every field that can be shown. */
const LTX_STUDIO_FORMS: Record<string, INodeParameters> = {
	'account-create': { resource: 'account', operation: 'create' },
	'account-create-field': {
		resource: 'account',
		operation: 'create',
		cookieSource: 'parameter',
	},
	'account-delete': { resource: 'account', operation: 'delete' },
	'account-delete-byHand': { resource: 'account', operation: 'delete', email: byHand },
	'account-get': { resource: 'account', operation: 'get' },
	'account-getAll': { resource: 'account', operation: 'getAll' },
	'asset-download': { resource: 'asset', operation: 'download', options: { fileName: '' } },
	'asset-getAll': { resource: 'asset', operation: 'getAll' },
	'asset-upload': {
		resource: 'asset',
		operation: 'upload',
		options: { concurrency: 10, maxSize: 5000 },
	},
	'asset-upload-url': { resource: 'asset', operation: 'upload', source: 'url' },
	'image-create': { resource: 'image', operation: 'create', options: { seed: 0, ...SCENE } },
	'image-create-reference': {
		resource: 'image',
		operation: 'create',
		referenceAssetId: reference,
	},
	'image-create-flux-premium': {
		resource: 'image',
		operation: 'create',
		model: 'flux-premium',
		waitMode: 'none',
		options: { replyUrl: '' },
	},
	'image-create-nano-banana': {
		resource: 'image',
		operation: 'create',
		model: 'nano-banana',
		download: true,
	},
	'image-edit': { resource: 'image', operation: 'edit', options: JOB_OPTIONS },
	'image-edit-byHand': { resource: 'image', operation: 'edit', referenceAssetId: byHand },
	'image-edit-flux-premium': { resource: 'image', operation: 'edit', model: 'flux-premium' },
	'image-edit-nano-banana': { resource: 'image', operation: 'edit', model: 'nano-banana' },
	'image-upscale': { resource: 'image', operation: 'upscale' },
	'image-upscale-byHand': { resource: 'image', operation: 'upscale', jobId: byHand },
	'scheduler-cancel': { resource: 'scheduler', operation: 'cancel' },
	'scheduler-getAll': { resource: 'scheduler', operation: 'getAll' },
	'scheduler-getCapacity': { resource: 'scheduler', operation: 'getCapacity' },
	'scheduler-getJob': { resource: 'scheduler', operation: 'getJob', download: true },
	'scheduler-waitForJob': {
		resource: 'scheduler',
		operation: 'waitForJob',
		options: { concurrency: 10, pollInterval: 5, timeout: 15 },
	},
	'video-createLtx': { resource: 'video', operation: 'createLtx' },
	'video-createLtx-webhook': {
		resource: 'video',
		operation: 'createLtx',
		model: 'ltxv',
		waitMode: 'webhook',
		download: true,
		options: JOB_OPTIONS,
	},
	'video-createVeo': { resource: 'video', operation: 'createVeo' },
	'video-createVeo-veo3': { resource: 'video', operation: 'createVeo', model: 'veo3' },
	'video-createVeo-veo3-fast': { resource: 'video', operation: 'createVeo', model: 'veo3-fast' },
};

const LUMA_FORMS: Record<string, INodeParameters> = {
	'luma-upload': { options: { concurrency: 10 } },
	'luma-upload-url': { source: 'url', email: byHand },
};

const TRIGGER_FORMS: Record<string, INodeParameters> = {
	'trigger-start': {
		register: true,
		download: true,
		filters: { email: byHand, replyRef: '', replyRefPrefix: '', status: 'failed', type: 'video' },
		options: { secret: '', verify: true },
	},
	'trigger-resume': { mode: 'resume', options: { internalBaseUrl: '' } },
};

const formsOf = (type: string, forms: Record<string, INodeParameters>) =>
	Object.entries(forms).map(([name, parameters]) => ({ name, type, parameters }));

const FORMS = [
	...formsOf('ltxStudio', LTX_STUDIO_FORMS),
	...formsOf('luma', LUMA_FORMS),
	...formsOf('ltxStudioTrigger', TRIGGER_FORMS),
];

describe('the forms', () => {
	let stage: Stage<SharedN8n>;
	let browser: Browser;
	beforeAll(async () => {
		stage = await useSharedN8n();
		browser = await launchBrowser();
	});
	afterAll(async () => {
		await browser.close();
		await stage.close();
	});

	const open = async (parameters: INodeParameters) => {
		const editor = await Editor.open(browser, stage, oneNode(parameters, stage.credentials[0]));
		await editor.openNode();
		return editor;
	};

	it.each<Theme>(['light', 'dark'])('show all of their text, in the %s theme', async (theme) => {
		const workflow = workflowOf(FORMS, stage.credentials[0]);
		const editor = await Editor.open(browser, stage, workflow, theme);
		await screenshot(editor.page, `forms-${theme}`);
		const cut: Record<string, string[]> = {};
		for (const { name } of FORMS) {
			await editor.openNode(name);
			await screenshot(editor.page, `form-${name}-${theme}`);
			const texts = await cutTexts(editor.form);
			if (texts.length > 0) cut[name] = texts;
			await editor.scrollToEnd();
			await screenshot(editor.page, `form-${name}-${theme}-end`);
			await editor.closeNode();
		}
		await editor.close();
		expect(cut).toEqual({});
	});

	it('show below the node what it does', async () => {
		const editor = await open({ resource: 'video', operation: 'createVeo' });
		await editor.closeNode();
		await expect(editor.node('LTX Studio').textContent()).resolves.toContain(
			'Create a video with Veo',
		);
		await editor.close();
	});

	it('change with the model', async () => {
		const editor = await open({ resource: 'image', operation: 'create' });
		expect(await editor.fields()).toEqual(expect.arrayContaining(['style', 'referenceAssetId']));
		await editor.choose('model', 'Nano Banana');
		await editor.field('style').waitFor({ state: 'detached' });
		const fields = await editor.fields();
		expect(fields).toEqual(expect.arrayContaining(['prompt', 'aspectRatio']));
		expect(fields).not.toContain('referenceAssetId');

		await editor.choose('model', 'FLUX.1 Kontext');
		await editor.field('style').waitFor();
		expect(await editor.fields()).toContain('referenceAssetId');
		await editor.close();
	});

	it('tell the price of each model in the list', async () => {
		const editor = await open({ resource: 'video', operation: 'createVeo' });
		await editor.field('model').click();
		const prices = editor.page.getByText(/About \$\d|The vendor gives no price/);
		await prices.first().waitFor();
		expect(await prices.count()).toBe(3);
		await screenshot(editor.page, 'models');
		await editor.choice('Veo 3 Fast').click();
		await editor.field('resolution').waitFor();
		await editor.close();
	});
});
