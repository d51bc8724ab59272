import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { failureOf, outputOf, type WorkflowJson } from '../n8n-host/api';
import { projectRoot } from '../n8n-host/hosts';
import type { N8n } from '../n8n-host/instance';
import { run } from '../n8n-host/processes';
import { startRegistry, type Registry } from '../n8n-host/registry';
import { launchBrowser, openPage, screenshot } from './browser';
import { oneNode } from './editor/workflow';
import { packFirstRelease } from './firstRelease';
import { createCredentials, startOwnN8n, type Stage } from './setup';
import { sharedN8n } from './shared';

const PACKAGE = 'n8n-nodes-useapi-ltxstudio';
const FIRST = '0.1.0';
/** A job ends when it is told to. */
const ENDLESS = 24 * 60 * 60 * 1000;

/** 0.1.0 itself generated nothing on n8n 1. */
const canSleep = sharedN8n().version !== '1.123.81';

const capacity = { resource: 'scheduler', operation: 'getCapacity' };
const asleep = {
	resource: 'image',
	operation: 'create',
	prompt: 'A lighthouse in the fog',
	waitMode: 'webhook',
	options: {},
};

/** The version that is to be published next. */
const currentVersion = async () =>
	(
		JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
			version: string;
		}
	).version;

/** Runs a workflow of one node, and gives what came out. */
async function runNode({ api }: Stage<N8n>, workflow: WorkflowJson) {
	const { id } = await api.importWorkflow(workflow);
	const execution = await api.waitForExecution(await api.run(id));
	if (execution.status !== 'success') throw new Error(failureOf(execution));
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

		it("is installed, updated with an execution asleep, and uninstalled; and the same by n8n's API", async () => {
			const { api, emulator } = stage;
			expect(await api.communityPackages()).toEqual([]);
			await page.getByRole('button', { name: 'Install a community node' }).first().click();
			const form = page.getByTestId('communityPackageInstall-modal');
			await form.locator('input').first().fill(`${PACKAGE}@${FIRST}`);
			await form.getByTestId('user-agreement-checkbox').click();
			await form.getByTestId('install-community-package-button').click();
			const card = page.getByTestId('community-package-card').filter({ hasText: PACKAGE });
			await card.getByText(`v${FIRST}`).waitFor();
			expect(await api.communityPackages()).toMatchObject([
				{ packageName: PACKAGE, installedVersion: FIRST },
			]);

			const [credential] = await createCredentials(api, emulator);
			const available = await runNode(stage, oneNode(capacity, credential));
			let sleeping: string | undefined;
			if (canSleep) {
				const { id } = await api.importWorkflow(oneNode(asleep, credential));
				sleeping = await api.run(id);
				await api.waitForExecution(sleeping, { until: ({ status }) => status === 'waiting' });
			}

			await registry.publish(sharedN8n().tarball);
			const version = await currentVersion();
			await page.reload();
			await card.getByRole('button', { name: 'Update' }).waitFor();
			// The button asks for "latest", which n8n itself looks up in the public registry, wherever npm is led to.
			await api.updatePackage(PACKAGE, version);
			await page.reload();
			await card.getByText(`v${version}`).waitFor();
			await screenshot(page, 'community-node-updated');
			expect(await api.communityPackages()).toMatchObject([
				{ packageName: PACKAGE, installedVersion: version },
			]);

			expect(await runNode(stage, oneNode(capacity, credential))).toMatchObject(
				available.map(({ email }) => ({ email })),
			);
			if (sleeping !== undefined) {
				for (const job of emulator.jobs.all) emulator.jobs.finish(job.id);
				const awake = await api.waitForExecution(sleeping);
				expect(outputOf(awake, 'LTX Studio')).toMatchObject([{ json: { status: 'completed' } }]);
				expect(emulator.ledger.charges).toHaveLength(1);
			}

			await card.getByTestId('action-toggle').getByRole('button').click();
			await page.getByTestId('action-uninstall').click();
			await page.getByRole('button', { name: 'Confirm uninstall' }).click();
			await card.waitFor({ state: 'detached' });
			expect(await api.communityPackages()).toEqual([]);
			expect((await api.nodeTypes()).filter(({ name }) => name.startsWith(PACKAGE))).toEqual([]);

			const installed = await api.installPackage(PACKAGE, version);
			expect(installed.installedVersion).toBe(version);
			await api.uninstallPackage(PACKAGE);
			expect(await api.communityPackages()).toEqual([]);
		}, 300_000);
	});

	it('by N8N_CUSTOM_EXTENSIONS', async () => {
		const { tarball, version } = sharedN8n();
		const folder = await mkdtemp(join(tmpdir(), 'custom-'));
		await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'], { cwd: folder });
		const env = { N8N_CUSTOM_EXTENSIONS: folder };
		const stage = await startOwnN8n({ n8n: { version, tarball: undefined, env } });
		try {
			const [credential] = await createCredentials(stage.api, stage.emulator);
			const workflow = oneNode(capacity, credential);
			for (const node of workflow.nodes) node.type = node.type.replace(PACKAGE, 'CUSTOM');
			const [account] = await runNode(stage, workflow);
			expect(account).toHaveProperty('email');
		} finally {
			await stage.close();
			await rm(folder, { recursive: true, force: true });
		}
	}, 300_000);
});
