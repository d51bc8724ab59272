import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../n8n-host/hosts';
import { run } from '../n8n-host/processes';
import { useSharedN8n, type Stage } from './setup';
import type { SharedN8n } from './shared';

const PACKAGE = 'n8n-nodes-useapi-ltxstudio';

describe('the packed package, installed as a community node', () => {
	let stage: Stage<SharedN8n>;
	beforeAll(async () => {
		stage = await useSharedN8n();
	});
	afterAll(() => stage.close());

	it('is listed in Settings > Community Nodes with its version and nodes', async () => {
		const manifest = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
			version: string;
			n8n: { nodes: string[] };
		};
		const [listed, ...others] = await stage.api.communityPackages();

		expect(others).toEqual([]);
		expect(listed).toMatchObject({ packageName: PACKAGE, installedVersion: manifest.version });
		expect(listed?.failedLoading).not.toBe(true);
		expect(listed?.installedNodes).toHaveLength(manifest.n8n.nodes.length);
		expect(listed?.installedNodes).toContainEqual(
			expect.objectContaining({ name: 'LTX Studio', type: `${PACKAGE}.ltxStudio` }),
		);
	});

	it('gives the editor its node, also as a tool, and both credentials', async () => {
		const nodes = (await stage.api.nodeTypes()).map(({ name }) => name);
		const response = await fetch(`${stage.n8n.url}/types/credentials.json`, {
			headers: { cookie: stage.api.cookie },
		});
		const credentials = ((await response.json()) as Array<{ name: string }>).map(
			({ name }) => name,
		);

		expect(nodes).toEqual(
			expect.arrayContaining([`${PACKAGE}.ltxStudio`, `${PACKAGE}.ltxStudioTool`]),
		);
		expect(credentials).toEqual(expect.arrayContaining(['useapiApi', 'ltxStudioSessionApi']));
	});

	it('serves the icons, light and dark, that its node names', async () => {
		const node = (await stage.api.nodeTypes()).find(({ name }) => name === `${PACKAGE}.ltxStudio`);
		const { light, dark } = node?.iconUrl as { light: string; dark: string };
		expect(light).not.toBe(dark);
		for (const icon of [light, dark]) {
			const response = await fetch(`${stage.n8n.url}/${icon}`);
			expect(response.status).toBe(200);
			expect(await response.text()).toContain('<svg');
		}
	});

	it('consists of what users need, and of nothing else', async () => {
		const files = (await run('tar', ['-tzf', stage.n8n.tarball], { cwd: projectRoot })).split('\n');

		expect(files).toContain('package/dist/nodes/LtxStudio/LtxStudio.node.js');
		const unexpected = files.filter(
			(file) =>
				!/^package\/(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(file) &&
				!/^package\/dist\/(credentials|icons|nodes)\/.*(?<!\.test)\.(js|json|svg)$/.test(file),
		);
		expect(unexpected).toEqual([]);
	});
});
