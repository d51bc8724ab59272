import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { build, transform, type Plugin } from 'esbuild';
import * as n8nWorkflow from 'n8n-workflow';
import ts from 'typescript';

import { n8n } from '../package.json';
import { catalogue, operationsOf, outputOf } from './catalogue';

const COMPILED = '.cache/compiled';
const BUNDLE = 'dist/nodes/bundle.js';

/** Makes JavaScript of each file by itself. Its types are checked by `npm run typecheck`. */
async function compile(): Promise<void> {
	const file = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path));
	const { fileNames, options, errors } = ts.parseJsonConfigFileContent(file.config, ts.sys, '.');
	const [wrong = file.error] = errors;
	if (wrong) throw new Error(ts.flattenDiagnosticMessageText(wrong.messageText, '\n'));
	const compilerOptions = { ...options, module: ts.ModuleKind.ES2022 };
	for (const fileName of fileNames) {
		const source = await readFile(fileName, 'utf8');
		const { outputText } = ts.transpileModule(source, { compilerOptions, fileName });
		const compiled = join(COMPILED, relative('.', fileName)).replace(/\.ts$/, '.js');
		await mkdir(dirname(compiled), { recursive: true });
		await writeFile(compiled, outputText);
	}
}

/** Has the bundle require n8n-workflow once. esbuild would do it for each module, and that was a tenth of the loading time. */
const requireOnce: Plugin = {
	name: 'require-once',
	setup(bundler) {
		bundler.onResolve({ filter: /^n8n-workflow$/ }, ({ path, namespace }) =>
			namespace === 'once' ? { path, external: true } : { path, namespace: 'once' },
		);
		bundler.onLoad({ filter: /^/, namespace: 'once' }, () => ({
			contents: `export { ${Object.keys(n8nWorkflow).join()} } from 'n8n-workflow';`,
		}));
	},
};

/**
 * Puts all modules into one file, since n8n loads all of them when it starts: one by one they take five times as long.
 * The files that package.json names hand out what is in it.
 */
async function bundle(): Promise<void> {
	const modules = [...n8n.nodes, ...n8n.credentials];
	const compiled = modules.map((file) => relative('dist', file));
	await build({
		stdin: {
			contents: compiled.map((file) => `export * from './${file}';`).join('\n'),
			resolveDir: COMPILED,
		},
		outfile: BUNDLE,
		bundle: true,
		format: 'cjs',
		platform: 'node',
		target: 'node20',
		plugins: [requireOnce],
	});
	// For the tarball's size. By itself it leaves the names that are not within a function, for whoever reads a stack trace.
	const { code } = await transform(await readFile(BUNDLE, 'utf8'), {
		target: 'node20',
		minify: true,
		lineLimit: 10_000,
		// V8 parses a function only when it is called, but an arrow function at once.
		supported: { arrow: false },
	});
	await writeFile(BUNDLE, code);
	for (const file of modules) {
		const [name = ''] = basename(file).split('.');
		const from = relative(dirname(file), BUNDLE);
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, `exports.${name} = require('${from}').${name};\n`);
	}
}

const folderOf = (version: number): string => `v${version.toFixed(1)}.0`;

/** Says what each operation puts out, where n8n looks for it. */
async function writeOutputSchemas(): Promise<void> {
	for (const node of catalogue) {
		for (const { path, facts } of operationsOf(node)) {
			for (const version of [node.description.version].flat()) {
				const properties = Object.fromEntries(
					Object.entries(outputOf(facts, version)).map(([field, type]) => [field, { type }]),
				);
				const folder = join('dist/nodes', node.folder, '__schema__', folderOf(version));
				const file = join(folder, `${path}.json`);
				await mkdir(dirname(file), { recursive: true });
				await writeFile(file, JSON.stringify({ type: 'object', properties, version: 1 }));
			}
		}
	}
}

/** Makes `dist`, but for the icons: those are gulp's. */
async function main(): Promise<void> {
	for (const folder of ['dist', COMPILED]) await rm(folder, { recursive: true, force: true });
	await compile();
	await Promise.all([bundle(), writeOutputSchemas()]);
}

void main();
