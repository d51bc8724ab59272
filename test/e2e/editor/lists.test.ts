import type { INodeParameters } from 'n8n-workflow';
import type { Browser } from 'playwright-core';
import { launchBrowser, screenshot } from '../browser';
import type { Credential } from '../../n8n-host/api';
import { useSharedN8n, type Stage } from '../setup';
import type { SharedN8n } from '../shared';
import { until } from '../waitingWorkflows';
import { Editor } from './editor';
import { oneNode } from './workflow';

const EMAIL = 'studio@example.com';
const IMAGES = 25;

const account = { __rl: true, mode: 'list', value: EMAIL, cachedResultName: EMAIL };
const emptyList = { __rl: true, mode: 'list', value: '' };

describe('the lists', () => {
	let stage: Stage<SharedN8n>;
	let browser: Browser;
	beforeAll(async () => {
		stage = await useSharedN8n({
			accounts: [
				{ email: EMAIL, maxJobs: 40 },
				{ email: 'second@example.com', maxJobs: 7 },
			],
			jobDuration: ({ prompt }) => (prompt === 'endless' ? 3_600_000 : 1),
		});
		browser = await launchBrowser();
		await submit(IMAGES, 'a lake');
		await submit(2, 'endless');
	});
	afterAll(async () => {
		await browser.close();
		await stage.close();
	});

	async function submit(count: number, prompt: string): Promise<void> {
		const { url, token } = stage.emulator;
		for (let number = 0; number < count; number++) {
			const response = await fetch(`${url}/v1/ltxstudio/images/create`, {
				method: 'POST',
				headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
				body: JSON.stringify({ prompt, email: EMAIL, maxJobs: 40 }),
			});
			expect(response.status).toBe(200);
		}
	}

	const open = async (parameters: INodeParameters, credential = stage.credentials[0]) => {
		const editor = await Editor.open(browser, stage, oneNode(parameters, credential));
		await editor.openNode();
		return editor;
	};

	const credentialWith = (data: { token?: string; baseUrl?: string }): Promise<Credential> =>
		stage.api.createCredential('useapiApi', 'not working', {
			token: stage.emulator.token,
			baseUrl: stage.emulator.url,
			...data,
		});

	it('offer the accounts with free slots and the end of the session', async () => {
		const editor = await open({ resource: 'account', operation: 'get' });
		await editor.openList('email');
		await editor.listItems.first().waitFor();
		const names = await editor.listItems.allTextContents();
		expect(names.map((name) => name.trim())).toEqual([
			'studio@example.com · 38 of 40 free',
			'second@example.com · 7 of 7 free',
		]);
		await screenshot(editor.page, 'list-accounts');

		await editor.listItems.first().click();
		await editor.execute();
		await editor.output.getByText('credits').first().waitFor();
		await editor.close();
	});

	it('offer the pictures of the account page by page, with links', async () => {
		const editor = await open({
			resource: 'image',
			operation: 'edit',
			options: { email: account },
		});
		await editor.openList('referenceAssetId2');
		await editor.listItems.first().waitFor();
		expect(await editor.listItems.first().textContent()).toMatch(/Generated PNG · [\da-f]{8}/);
		await screenshot(editor.page, 'list-images');
		const first = await editor.listItems.count();
		await editor.listItems.last().scrollIntoViewIfNeeded();
		await editor.listItems.nth(IMAGES - 1).waitFor();
		expect(first).toBeLessThan(IMAGES);

		await editor.listItems.nth(2).hover();
		await editor.listItems.nth(2).locator('svg').first().waitFor();
		// Not in the middle: n8n 1 has the link there.
		await editor.listItems.nth(2).click({ position: { x: 20, y: 12 } });
		// The list closes first.
		const chosen = editor.listField('referenceAssetId2');
		await until(async () => (await chosen.inputValue()).includes('Generated PNG'));
		await editor.close();
	});

	it('offer the running jobs first, and find one by a part of its ID', async () => {
		const editor = await open({ resource: 'scheduler', operation: 'getJob', jobId: emptyList });
		await editor.openList('jobId');
		await editor.listItems.first().waitFor();
		const names = await editor.listItems.allTextContents();
		const states = names.map((name) => / · (running|finished)/.exec(name)?.[1]);
		expect(states.slice(0, 3)).toEqual(['running', 'running', 'finished']);
		await screenshot(editor.page, 'list-jobs');

		const part = / · ([\da-f]{8}) · /.exec(names[4] ?? '')?.[1] ?? '';
		await editor.page.getByTestId('rlc-search').fill(part);
		await editor.listItems.nth(1).waitFor({ state: 'detached' });
		await editor.listItems.first().waitFor();
		expect(await editor.listItems.allTextContents()).toEqual([names[4]]);
		await editor.listItems.first().click();
		await editor.execute();
		// The result is downloaded: n8n shows the file.
		await editor.output.getByText('image/png').first().waitFor();
		await editor.close();
	});

	it.each([
		['the token is wrong', { token: 'user:1-wrong' }, /401.*The API token was not accepted/],
		['the API is not there', { baseUrl: 'http://127.0.0.1:9' }, /127\.0\.0\.1:9/],
	])('say why they cannot be loaded when %s', async (title, data, reason) => {
		const credential = await credentialWith(data);
		const editor = await open({ resource: 'account', operation: 'get' }, credential);
		await editor.openList('email');
		await editor.page.getByText('Could not load list').waitFor();
		await editor.page.getByText(reason).first().waitFor();
		await screenshot(editor.page, `list-${title.replace(/\W+/g, '-')}`);
		await editor.close();
	});

	it('ask for the account first where it decides on what is listed', async () => {
		const editor = await open({ resource: 'image', operation: 'create' });
		await editor.openList('referenceAssetId');
		await editor.page.getByText('Choose an account first: several are configured').waitFor();
		await editor.close();
	});
});
