import type { Browser } from 'playwright-core';
import { launchBrowser, logIn, openPage, screenshot } from './browser';
import { readExample, useSharedN8n, type Stage } from './setup';
import { OWNER, type SharedN8n } from './shared';

describe('the editor', () => {
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

	it('lets the owner in with e-mail and password', async () => {
		const page = await openPage(browser, { url: stage.n8n.url, path: '/signin' });
		await logIn(page, OWNER);
		await page.getByTestId('menu-item').first().waitFor();
		expect(new URL(page.url()).pathname).toBe('/home/workflows');
	});

	it('shows the example "Photo to video" with all its nodes known', async () => {
		const example = await readExample('photo-to-video');
		const { id } = await stage.api.importWorkflow(example, stage.credentials);
		const page = await openPage(browser, {
			url: stage.n8n.url,
			cookie: stage.api.cookie,
			path: `/workflow/${id}`,
		});
		for (const { name, type } of example.nodes) {
			if (type.endsWith('.stickyNote')) continue;
			await page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).waitFor();
		}
		await screenshot(page, 'photo-to-video');
		expect(await page.getByText('Install this node').count()).toBe(0);
	});
});
