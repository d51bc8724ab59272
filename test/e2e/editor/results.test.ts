import type { INodeParameters } from 'n8n-workflow';
import type { Browser } from 'playwright-core';
import { launchBrowser, screenshot } from '../browser';
import { useSharedN8n, type Stage } from '../setup';
import type { SharedN8n } from '../shared';
import { Editor } from './editor';
import { oneNode, workflowOf } from './workflow';

const create = { resource: 'image', operation: 'create', prompt: 'A lighthouse by the sea' };

describe('the results of a run', () => {
	let stage: Stage<SharedN8n>;
	let browser: Browser;
	beforeAll(async () => {
		stage = await useSharedN8n({
			jobDuration: 500,
			failure: ({ prompt }) => (prompt === 'refused' ? { message: 'too dark' } : undefined),
		});
		browser = await launchBrowser();
	});
	afterAll(async () => {
		await browser.close();
		await stage.close();
	});

	const run = async (parameters: INodeParameters) => {
		const editor = await Editor.open(browser, stage, oneNode(parameters, stage.credentials[0]));
		await editor.openNode();
		await editor.execute();
		return editor;
	};

	it('can be looked at when they are downloaded', async () => {
		const editor = await run(create);
		const { page } = editor;
		await page.getByTestId('radio-button-binary').click();
		await page.getByText(/^a-lighthouse-by-the-sea-[\da-f]{8}\.png$/).waitFor();
		await page.getByTestId('ndv-view-binary-data').click();
		const picture = page.locator('img[src*="binary-data"]');
		await picture.waitFor();
		await expect(
			picture.evaluate(async (image) => {
				await (image as HTMLImageElement).decode();
				return (image as HTMLImageElement).naturalWidth;
			}),
		).resolves.toBeGreaterThan(500);
		await screenshot(page, 'result-picture');
		await editor.close();
	});

	it('come with a hint about what was done, and how to see the file', async () => {
		const editor = await Editor.open(browser, stage, {
			...workflowOf(
				[{ name: 'LTX Studio', parameters: { ...create, download: false } }],
				stage.credentials[0],
			),
			pinData: { Start: [{ json: {} }, { json: {} }] },
		});
		await editor.openNode();
		await editor.execute();
		await editor.page
			.getByText(/^2 jobs: 2 submitted, 2 completed\. Cost: about \$0\.03, 24 credits/)
			.waitFor();
		await editor.page.getByText('put Asset > Download behind this node').waitFor();
		await screenshot(editor.page, 'result-hints');
		await editor.close();
	});

	it('are an error that says what happened when the job has failed', async () => {
		const editor = await run({ ...create, prompt: 'refused' });
		await editor.page.getByTestId('node-error-message').waitFor();
		await screenshot(editor.page, 'result-error');
		await expect(editor.output.textContent()).resolves.toMatch(/too dark/);
		await editor.close();
	});

	it('are offered to the next node before the first run', async () => {
		const first = { name: 'LTX Studio', parameters: create };
		const next = {
			name: 'Next',
			type: 'n8n-nodes-base.noOp',
			parameters: {},
			credential: undefined,
		};
		const workflow = workflowOf([first, next], stage.credentials[0]);
		workflow.connections = {
			Start: { main: [[{ node: first.name, type: 'main', index: 0 }]] },
			[first.name]: { main: [[{ node: next.name, type: 'main', index: 0 }]] },
		};
		const editor = await Editor.open(browser, stage, workflow);
		await editor.openNode(next.name);
		const input = editor.page.getByTestId('ndv-input-panel');
		for (const field of ['assetUrl', 'jobId', 'fileId', 'expiresAt']) {
			await input.getByText(field, { exact: true }).first().waitFor();
		}
		await screenshot(editor.page, 'schema-preview');
		await editor.close();
	});
});
