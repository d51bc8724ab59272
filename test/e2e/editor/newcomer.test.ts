import type { Browser, Locator } from 'playwright-core';
import { launchBrowser, screenshot } from '../browser';
import { useSharedN8n, type Stage } from '../setup';
import type { SharedN8n } from '../shared';
import { Editor } from './editor';

const MOST_CLICKS = 12;

describe('a newcomer', () => {
	let stage: Stage<SharedN8n>;
	let browser: Browser;
	beforeAll(async () => {
		stage = await useSharedN8n({ jobDuration: 500 });
		browser = await launchBrowser();
	});
	afterAll(async () => {
		await browser.close();
		await stage.close();
	});

	it.each(['LTX', 'Veo', 'FLUX', 'video', 'image', 'image generation', 'Nano Banana'])(
		'finds the node in the panel by "%s"',
		async (text) => {
			const editor = await Editor.open(browser, stage);
			await editor.page.getByTestId('canvas-add-button').click();
			await editor.page.getByTestId('node-creator-search-bar').fill(text);
			const names = editor.page.getByTestId('node-creator-item-name');
			await names.filter({ hasText: /^\s*LTX Studio\s*$/ }).waitFor();
			const found = (await names.allTextContents()).map((name) => name.trim());
			expect(found.indexOf('LTX Studio')).toBeLessThan(10);
			await editor.close();
		},
	);

	it(`gets from a blank workflow to a picture that is seen with at most ${MOST_CLICKS} clicks`, async () => {
		const editor = await Editor.open(browser, stage);
		const { page } = editor;
		let clicks = 0;
		const click = async (target: Locator) => {
			clicks += 1;
			await target.click();
		};
		const type = async (field: Locator, text: string) => {
			await click(field);
			await field.fill(text);
		};
		const credentialField = (name: string) =>
			editor.credentialForm.getByTestId(`parameter-input-${name}`);

		await click(page.getByTestId('canvas-add-button'));
		await page.getByTestId('node-creator-search-bar').fill('LTX');
		await click(page.getByTestId('node-creator-item-name').filter({ hasText: /^LTX Studio$/ }));
		await click(page.getByTestId('node-creator-category-item').filter({ hasText: 'Actions' }));
		await click(page.getByText('Create an image', { exact: true }));
		await screenshot(page, 'newcomer-form');
		await click(page.getByTestId('node-credentials-select'));
		await click(page.getByTestId('node-credentials-select-item-new'));
		await type(credentialField('token').locator('input'), stage.emulator.token);
		// The real service needs no other address.
		await credentialField('baseUrl').locator('input').fill(stage.emulator.url);
		await click(page.getByTestId('credential-save-button'));
		await editor.credentialPassed();
		await screenshot(page, 'newcomer-credential');
		if (await editor.credentialForm.isVisible()) {
			await click(editor.credentialForm.getByRole('button', { name: 'Close' }));
		}
		await editor.credentialForm.waitFor({ state: 'detached' });
		await editor.field('prompt').locator('textarea').fill('A lighthouse at the sea, at dusk');
		await click(page.getByTestId('node-execute-button').first());
		await editor.output.getByText('completed').first().waitFor();
		await click(page.getByTestId('radio-button-binary').last());
		await click(page.getByTestId('ndv-view-binary-data'));
		await page.locator('img[src*="binary-data"]').waitFor();
		await screenshot(page, 'newcomer-result');

		expect(stage.emulator.jobs.all.map(({ prompt }) => prompt)).toEqual([
			'A lighthouse at the sea, at dusk',
		]);
		expect(clicks).toBeLessThanOrEqual(MOST_CLICKS);
		await editor.close();
	});
});
