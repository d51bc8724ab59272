import type { Browser } from 'playwright-core';
import { launchBrowser, screenshot } from '../browser';
import { useSharedN8n, type Stage } from '../setup';
import type { SharedN8n } from '../shared';
import { Editor } from './editor';
import { oneNode } from './workflow';

describe('the credential, tested when it is saved', () => {
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

	it.each([
		['good', {}, undefined],
		['with a wrong address', { baseUrl: 'api.useapi.net' }, /The Base URL is not a URL/],
	])('is %s', async (title, changes, reason) => {
		const { token, url: baseUrl } = stage.emulator;
		const editor = await Editor.open(
			browser,
			stage,
			oneNode({ resource: 'account', operation: 'getAll' }),
		);
		await editor.openNode();
		const { page } = editor;
		await page.getByTestId('node-credentials-select').click();
		await page.getByTestId('node-credentials-select-item-new').click();
		const modal = editor.credentialForm;
		for (const [name, value] of Object.entries({ token, baseUrl, ...changes })) {
			await modal.getByTestId(`parameter-input-${name}`).locator('input').fill(value);
		}
		await modal.getByTestId('credential-save-button').click();
		if (reason) {
			await modal.getByText(/Couldn.t connect with these settings/).waitFor();
			await modal.getByText('More details').click();
			await modal.getByText(reason).first().waitFor();
		} else {
			await editor.credentialPassed();
		}
		await screenshot(page, `credential-${title.replace(/\W+/g, '-')}`);
		await editor.close();
	});
});
