import type { Browser, Locator, Page } from 'playwright-core';
import type { N8nApi, WorkflowJson } from '../../n8n-host/api';
import { openPage } from '../browser';

/** How long anything in the editor may take on a busy machine. */
const PATIENCE_MS = 30_000;

/** An n8n, and its API. */
export interface Installation {
	n8n: { url: string };
	api: N8nApi;
}

export type Theme = 'light' | 'dark';

/** n8n's editor in a browser, used as a person does. */
export class Editor {
	private constructor(readonly page: Page) {
		page.setDefaultTimeout(PATIENCE_MS);
	}

	/** Opens a workflow, or an empty one. */
	static async open(
		browser: Browser,
		{ n8n, api }: Installation,
		workflow?: WorkflowJson,
		theme: Theme = 'light',
	): Promise<Editor> {
		const id = workflow ? (await api.importWorkflow(workflow)).id : 'new';
		const page = await openPage(browser, { url: n8n.url, cookie: api.cookie, path: '/healthz' });
		await page.evaluate((value) => {
			localStorage.setItem('N8N_THEME', value);
		}, theme);
		await page.goto(`${n8n.url}/workflow/${id}`);
		const editor = new Editor(page);
		const ready = workflow
			? page.getByTestId('canvas-node')
			: page.getByTestId('canvas-add-button');
		await ready.first().waitFor();
		return editor;
	}

	async close(): Promise<void> {
		await this.page.context().close();
	}

	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	get form(): Locator {
		return this.page.getByTestId('node-parameters').first();
	}

	get output(): Locator {
		return this.page
			.getByTestId('ndv-output-panel')
			.or(this.page.getByTestId('output-panel'))
			.first();
	}

	async openNode(name = 'LTX Studio'): Promise<void> {
		await this.node(name).dblclick();
		await this.form.waitFor();
	}

	async closeNode(): Promise<void> {
		await this.page.keyboard.press('Escape');
		await this.form.waitFor({ state: 'detached' });
	}

	field(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`);
	}

	/** Shows the end of a form that is longer than the window. */
	async scrollToEnd(): Promise<void> {
		await this.form.evaluate((form) => {
			let box: Element | null = form;
			while (box && box.scrollHeight <= box.clientHeight) box = box.parentElement;
			box?.scrollTo({ top: box.scrollHeight, behavior: 'instant' });
		});
	}

	/** The names of the fields that are shown. */
	async fields(): Promise<string[]> {
		const ids = await this.form
			.locator('[data-test-id^="parameter-input-"]')
			.evaluateAll((inputs) => inputs.map((input) => input.getAttribute('data-test-id') ?? ''));
		return ids.map((id) => id.replace('parameter-input-', '')).filter((name) => name !== 'field');
	}

	async choose(field: string, option: string): Promise<void> {
		await this.field(field).click();
		await this.choice(option).click();
	}

	/** An entry of the drop-down that is open. */
	choice(option: string): Locator {
		return this.page.locator('.el-select-dropdown__item:visible', { hasText: option }).first();
	}

	/** The input of a resource locator, which shows what was chosen. */
	listField(field: string): Locator {
		return this.page.getByTestId(`resource-locator-${field}`).locator('input:visible').last();
	}

	/** Opens the list of a resource locator. */
	async openList(field: string): Promise<void> {
		await this.listField(field).click();
	}

	get listItems(): Locator {
		return this.page.locator('[data-test-id="rlc-item"]:visible');
	}

	/** The window in which a credential is filled in. */
	get credentialForm(): Locator {
		return this.page.getByTestId('editCredential-modal');
	}

	/** Waits until a saved credential has passed its test: n8n says so, or simply closes the window. */
	async credentialPassed(): Promise<void> {
		const success = this.credentialForm.getByText('Connection tested successfully');
		await Promise.any([
			success.first().waitFor(),
			this.credentialForm.waitFor({ state: 'detached' }),
		]);
	}

	async execute(): Promise<void> {
		await this.page.getByTestId('node-execute-button').first().click();
	}
}
