import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { launchBrowser, screenshot } from '../browser';
import { useSharedN8n, type Stage } from '../setup';
import type { SharedN8n } from '../shared';
import { Editor } from './editor';
import { workflowOf } from './workflow';

describe('the trigger', () => {
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

	it('listens for a test event, and shows the job that has finished', async () => {
		const name = 'LTX Studio Trigger';
		const webhookId = randomUUID();
		const trigger = { name, type: 'ltxStudioTrigger', parameters: {}, webhookId };
		const workflow = workflowOf([trigger], stage.credentials[0]);
		workflow.nodes = workflow.nodes.filter((node) => node.name === name);
		workflow.connections = {};
		const editor = await Editor.open(browser, stage, workflow);
		await editor.openNode(name);
		await screenshot(editor.page, 'form-trigger');
		await editor.execute();
		await editor.page.getByText('Put the test URL').first().waitFor();
		await screenshot(editor.page, 'trigger-listening');

		const { url, token } = stage.emulator;
		const response = await fetch(`${url}/v1/ltxstudio/images/create`, {
			method: 'POST',
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
			body: JSON.stringify({
				prompt: 'a lake',
				replyUrl: `${stage.n8n.url}/webhook-test/${webhookId}/ltx-studio`,
			}),
		});
		expect(response.status).toBe(200);
		await editor.output.getByText('completed').first().waitFor();
		await editor.output.getByText('assetUrl').first().waitFor();
		await screenshot(editor.page, 'trigger-result');
		await editor.close();
	});
});
