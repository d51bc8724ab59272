import type { INodeParameters } from 'n8n-workflow';
import type { Browser, Locator } from 'playwright-core';
import { outputOf } from '../../n8n-host/api';
import { launchBrowser, screenshot } from '../browser';
import { runExample } from '../runExample';
import { useSharedN8n, type Stage } from '../setup';
import type { SharedN8n } from '../shared';
import { Editor } from './editor';
import { workflowOf } from './workflow';

const textToVideo: INodeParameters = {
	resource: 'video',
	operation: 'textToVideo',
	model: 'ltx-2-3-fast',
	prompt: 'A lighthouse by the sea',
};

describe("Lightricks' own API", () => {
	let stage: Stage<SharedN8n>;
	let browser: Browser;
	beforeAll(async () => {
		stage = await useSharedN8n({ ltx: { pendingDuration: 100, jobDuration: 500 } });
		browser = await launchBrowser();
	});
	afterAll(async () => {
		await browser.close();
		await stage.close();
	});

	const credential = () => stage.credentials.find(({ type }) => type === 'ltxApi');

	const openNode = async (parameters: INodeParameters) => {
		const nodes = [{ name: 'LTX', type: 'ltx', parameters }];
		const editor = await Editor.open(browser, stage, workflowOf(nodes, credential()));
		await editor.openNode('LTX');
		return editor;
	};

	it('is found in the panel, and set up with a key that is tested', async () => {
		const editor = await Editor.open(browser, stage);
		const { page } = editor;
		await page.getByTestId('canvas-add-button').click();
		await page.getByTestId('node-creator-search-bar').fill('Lightricks');
		await page
			.getByTestId('node-creator-item-name')
			.filter({ hasText: /^\s*LTX\s*$/ })
			.click();
		await page.getByText('Make a video from text', { exact: true }).click();
		await page.getByTestId('node-credentials-select').click();
		await page.getByTestId('node-credentials-select-item-new').click();
		const input = (name: string): Locator =>
			editor.credentialForm.getByTestId(`parameter-input-${name}`).locator('input');
		await input('baseUrl').fill(stage.emulator.url);
		await input('apiKey').fill('a-wrong-key');
		await page.getByTestId('credential-save-button').click();
		await editor.credentialForm.getByText(/Couldn.t connect with these settings/).waitFor();
		await editor.credentialForm.getByText('More details').click();
		// n8n 2.8.4 has forgotten the status when it looks for our words.
		await editor.credentialForm
			.getByText(/The API key was not accepted|Authorization failed/)
			.waitFor();
		await screenshot(page, 'ltx-credential-wrong');

		await input('apiKey').fill(stage.emulator.ltx.behaviour.apiKey);
		await page.getByTestId('credential-save-button').click();
		await editor.credentialPassed();
		await screenshot(page, 'ltx-credential-good');
		expect(stage.emulator.ltx.ledger.entries).toEqual([]);
		await editor.close();
	});

	it('shows the durations that go with model, resolution and frame rate', async () => {
		const editor = await openNode(textToVideo);
		const choices = editor.page.locator('.el-select-dropdown__item:visible');
		const durations = async () => {
			// The drop-down before this one takes its time to go.
			await choices.first().waitFor({ state: 'hidden' });
			await editor.field('duration').click();
			await choices.first().waitFor();
			const offered = await choices.allTextContents();
			await editor.page.keyboard.press('Escape');
			return offered.map((text) => /^\s*(\d+|Automatic)/.exec(text)?.[1]);
		};
		expect(await durations()).toEqual(['6', '8', '10', '12', '14', '16', '18', '20']);
		await editor.choose('resolution', '4K Landscape');
		expect(await durations()).toEqual(['6', '8', '10']);
		await editor.choose('model', 'LTX-2.5 Pro');
		expect(await durations()).toEqual(['6', '8', '10', 'Automatic']);
		await editor.scrollToEnd();
		await screenshot(editor.page, 'ltx-form');
		await editor.close();
	});

	it('makes a video that can be looked at, and says what it cost', async () => {
		const editor = await openNode({ ...textToVideo, download: true });
		const { page } = editor;
		await editor.execute();
		await page.getByText(/^1 job: 1 submitted, 1 completed\. Cost: about \$0\.18 /).waitFor();
		await page.getByTestId('radio-button-binary').click();
		await page.getByText(/^a-lighthouse-by-the-sea-[\da-f]{8}\.mp4$/).waitFor();
		await page.getByTestId('ndv-view-binary-data').click();
		const video = page.locator('video');
		await video.waitFor();
		await screenshot(page, 'ltx-result');
		await editor.close();
	});

	it('says what to do about a wrong key', async () => {
		const { behaviour } = stage.emulator.ltx;
		const { apiKey } = behaviour;
		behaviour.apiKey = 'changed';
		const editor = await openNode(textToVideo);
		await editor.execute();
		await editor.page.getByText('The API key was not accepted').first().waitFor();
		behaviour.apiKey = apiKey;
		await screenshot(editor.page, 'ltx-wrong-key');
		await editor.close();
	});

	it('runs the example "Photo to video with LTX"', async () => {
		const { ledger } = stage.emulator.ltx;
		ledger.entries.length = 0;
		const { execution } = await runExample(stage, 'photo-to-video-with-ltx');
		const [item] = outputOf(execution, 'Create Video');

		expect(item?.json.status).toBe('completed');
		expect(item?.binary?.data?.mimeType).toBe('video/mp4');
		expect(ledger.charges.map(({ credits }) => credits)).toEqual([0.54]);
		expect(stage.emulator.uploads).toHaveLength(1);
	});
});
