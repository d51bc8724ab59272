import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hostFolder } from '../../test/n8n-host/hosts';
import { run as runProgram } from '../../test/n8n-host/processes';
import { medianBar } from '../harness/bars';
import { compare, measure } from '../harness/compare';
import type { Findings, Row, Setting } from '../harness/row';
import { withFolder } from '../streams/files';

const KILOBYTE = 1000;

/** Prints how many milliseconds it takes to load modules into a process that has n8n-workflow, as n8n has. */
const LOADER = `
	require('n8n-workflow');
	const startedAt = performance.now();
	for (const module of process.argv.slice(1)) require(module);
	console.log(performance.now() - startedAt);
`;

async function loadTime(modules: readonly string[]): Promise<number> {
	const modulesOfN8n = join(hostFolder('2.8.4'), 'node_modules');
	const printed = await runProgram(process.execPath, ['--eval', LOADER, ...modules], {
		cwd: '/',
		env: { ...process.env, NODE_PATH: modulesOfN8n },
	});
	return Number(printed);
}

/** Everything that n8n loads of the package. */
async function modulesOf(folder: string): Promise<string[]> {
	const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[]; credentials: string[] };
	};
	return [...manifest.n8n.nodes, ...manifest.n8n.credentials].map((file) => join(folder, file));
}

async function run({ tarball, quick, note }: Setting): Promise<Findings> {
	return await withFolder(async (folder) => {
		await runProgram('tar', ['-xzf', tarball, '-C', folder], { cwd: folder });
		const modules = await modulesOf(join(folder, 'package'));
		const httpNode = join(
			hostFolder('2.8.4'),
			'node_modules/n8n-nodes-base/dist/nodes/HttpRequest/HttpRequest.node.js',
		);
		const samples = await compare(
			quick ? 5 : 15,
			{
				package: async () => ({ time: await loadTime(modules) }),
				byHand: async () => ({ time: await loadTime([httpNode]) }),
			},
			note,
		);
		const time = measure(samples, 'time', { name: 'Loading', unit: 'ms' });
		const size = { name: 'Tarball', unit: 'kB' };
		const { size: bytes } = await stat(tarball);
		const tarballSize = { ...size, values: { package: [bytes / KILOBYTE] } };
		return {
			work: 'All nodes and credentials of the package, into a fresh process that has loaded n8n-workflow.',
			measures: [time, tarballSize],
			bars: [medianBar(time, 15), medianBar(tarballSize, 100)],
		};
	});
}

export const load: Row = {
	id: 'load',
	title: 'Load',
	sides: { package: 'This package', byHand: 'HTTP Request node alone' },
	run,
};
