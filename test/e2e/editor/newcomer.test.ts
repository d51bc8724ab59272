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
		stage = await useSharedN8n({
			jobDuration: 500,
			ltx: { pendingDuration: 100, jobDuration: 500 },
		});
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

	const PROMPT = 'A lighthouse at the sea, at dusk';

	it.each<Walk>([
		{
			node: 'LTX Studio',
			hasTriggers: true,
			action: 'Create an image',
			secret: ['token', () => stage.emulator.token],
			media: 'img',
			submitted: () => stage.emulator.jobs.all.map(({ prompt }) => prompt),
		},
		{
			node: 'LTX',
			hasTriggers: false,
			action: 'Make a video from text',
			secret: ['apiKey', () => stage.emulator.ltx.behaviour.apiKey],
			media: 'video',
			submitted: () => stage.emulator.ltx.jobs.all.map(({ parameters }) => parameters.prompt),
		},
	])(
		`gets from a blank workflow to a result that is seen with at most ${MOST_CLICKS} clicks: $node, $action`,
		async ({ node, hasTriggers, action, secret: [secretField, secret], media, submitted }) => {
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
				editor.credentialForm.getByTestId(`parameter-input-${name}`).locator('input');
			const shot = async (name: string) => {
				await screenshot(page, `newcomer-${media}-${name}`);
			};

			await click(page.getByTestId('canvas-add-button'));
			await page.getByTestId('node-creator-search-bar').fill('LTX');
			const names = page.getByTestId('node-creator-item-name');
			await click(names.filter({ hasText: new RegExp(`^\\s*${node}\\s*$`) }));
			if (hasTriggers) {
				const categories = page.getByTestId('node-creator-category-item');
				await click(categories.filter({ hasText: 'Actions' }));
			}
			await click(page.getByText(action, { exact: true }));
			await shot('form');
			await click(page.getByTestId('node-credentials-select'));
			await click(page.getByTestId('node-credentials-select-item-new'));
			await type(credentialField(secretField), secret());
			// The real service needs no other address.
			await credentialField('baseUrl').fill(stage.emulator.url);
			await click(page.getByTestId('credential-save-button'));
			await editor.credentialPassed();
			await shot('credential');
			if (await editor.credentialForm.isVisible()) {
				await click(editor.credentialForm.getByRole('button', { name: 'Close' }));
			}
			await editor.credentialForm.waitFor({ state: 'detached' });
			await type(editor.field('prompt').locator('textarea'), PROMPT);
			await click(page.getByTestId('node-execute-button').first());
			const view = page.getByTestId('ndv-view-binary-data');
			const status = editor.output.getByText('completed');
			await view.or(status).first().waitFor();
			if (!(await view.isVisible())) await click(page.getByTestId('radio-button-binary').last());
			await click(view);
			await page
				.locator(`${media}[src*="binary-data"], ${media} [src*="binary-data"]`)
				.waitFor({ state: 'attached' });
			await shot('result');

			expect(submitted()).toEqual([PROMPT]);
			expect(clicks).toBeLessThanOrEqual(MOST_CLICKS);
			await editor.close();
		},
	);
});

/** How somebody gets to a first result. */
interface Walk {
	node: string;
	/** Whether the panel shows triggers of the same name beside the actions. */
	hasTriggers: boolean;
	action: string;
	/** The field of the credential, and what is entered into it. */
	secret: [field: string, value: () => string];
	/** How the browser shows what comes out. */
	media: 'img' | 'video';
	/** The prompts of all jobs. */
	submitted: () => unknown[];
}
