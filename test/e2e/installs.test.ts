import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { outputOf, type WorkflowJson } from '../n8n-host/api';
import { projectRoot } from '../n8n-host/hosts';
import type { N8n } from '../n8n-host/instance';
import { run } from '../n8n-host/processes';
import { startRegistry, type Registry } from '../n8n-host/registry';
import { launchBrowser, openPage, screenshot } from './browser';
import { oneNode } from './editor/workflow';
import { packFirstRelease } from './firstRelease';
import { startOwnN8n, type Stage } from './setup';
import { sharedN8n } from './shared';

const PACKAGE = 'n8n-nodes-useapi-ltxstudio';
const FIRST = '0.1.0';
/** A job ends when it is told to. */
const ENDLESS = 24 * 60 * 60 * 1000;

const capacity = { resource: 'scheduler', operation: 'getCapacity' };
const asleep: WorkflowJson = oneNode({
	resource: 'image',
	operation: 'create',
	prompt: 'A lighthouse in the fog',
	waitMode: 'webhook',
	options: {},
});

/** The version that is to be published next. */
const currentVersion = async () =>
	(
		JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
			version: string;
		}
	).version;

/** Runs a workflow of one node, and gives what came out. */
async function runNode({ api, credentials }: Stage<N8n>, workflow: WorkflowJson) {
	const { id } = await api.importWorkflow(workflow, credentials);
	const execution = await api.waitForExecution(await api.run(id));
	expect(execution.status).toBe('success');
	return outputOf(execution, 'LTX Studio').map(({ json }) => json);
}

describe('the package, installed as people do', () => {
	describe('by Settings > Community Nodes', () => {
		let registry: Registry;
		let stage: Stage<N8n>;
		let browser: Browser;
		let page: Page;
		beforeAll(async () => {
			registry = await startRegistry();
			await registry.publish(await packFirstRelease());
			stage = await startOwnN8n({
				jobDuration: ENDLESS,
				n8n: { version: sharedN8n().version, tarball: undefined, env: registry.env },
			});
			browser = await launchBrowser();
			const { n8n, api } = stage;
			const path = '/settings/community-nodes';
			page = await openPage(browser, { url: n8n.url, cookie: api.cookie, path });
			page.setDefaultTimeout(60_000);
		}, 300_000);
		afterAll(async () => {
			await browser.close();
			await stage.close();
			await registry.close();
		});

		it('is installed, updated with an execution asleep, and uninstalled', async () => {
			const { api, emulator, credentials } = stage;
			await page.getByRole('button', { name: 'Install a community node' }).first().click();
			await page.getByTestId('package-name-input').locator('input').fill(`${PACKAGE}@${FIRST}`);
			await page.getByTestId('user-agreement-checkbox').click();
			await page.getByTestId('install-community-package-button').click();
			const card = page.getByTestId('community-package-card');
			await card.getByText(PACKAGE).waitFor();
			expect(await api.communityPackages()).toMatchObject([
				{ packageName: PACKAGE, installedVersion: FIRST },
			]);

			const available = await runNode(stage, oneNode(capacity));
			const { id } = await api.importWorkflow(asleep, credentials);
			const sleeping = await api.run(id);
			await api.waitForExecution(sleeping, { until: ({ status }) => status === 'waiting' });

			await registry.publish(sharedN8n().tarball);
			const version = await currentVersion();
			await api.updatePackage(PACKAGE, version);
			await page.reload();
			await card.getByText(version).waitFor();
			await screenshot(page, 'community-node-updated');
			expect(await api.communityPackages()).toMatchObject([
				{ packageName: PACKAGE, installedVersion: version },
			]);

			expect(await runNode(stage, oneNode(capacity))).toMatchObject(
				available.map(({ email }) => ({ email })),
			);
			for (const job of emulator.jobs.all) emulator.jobs.finish(job.id);
			const awake = await api.waitForExecution(sleeping);
			expect(outputOf(awake, 'LTX Studio')).toMatchObject([{ json: { status: 'completed' } }]);
			expect(emulator.ledger.charges).toHaveLength(1);

			await card.getByTestId('action-toggle').click();
			await page.getByText('Uninstall package', { exact: false }).click();
			await page.getByRole('button', { name: 'Uninstall package' }).click();
			await card.waitFor({ state: 'detached' });
			expect(await api.communityPackages()).toEqual([]);
			expect((await api.nodeTypes()).filter(({ name }) => name.startsWith(PACKAGE))).toEqual([]);

			expect(await api.installPackage(PACKAGE, version)).toMatchObject({
				packageName: PACKAGE,
				installedVersion: version,
			});
		}, 300_000);
	});

	it('by N8N_CUSTOM_EXTENSIONS', async () => {
		const { tarball, version } = sharedN8n();
		const folder = await mkdtemp(join(tmpdir(), 'custom-'));
		await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'], { cwd: folder });
		const env = { N8N_CUSTOM_EXTENSIONS: folder };
		const stage = await startOwnN8n({ n8n: { version, tarball: undefined, env } });
		try {
			const workflow = oneNode(capacity);
			for (const node of workflow.nodes) node.type = node.type.replace(PACKAGE, 'CUSTOM');
			const [account] = await runNode(stage, workflow);
			expect(account).toHaveProperty('email');
		} finally {
			await stage.close();
			await rm(folder, { recursive: true, force: true });
		}
	}, 300_000);
});
