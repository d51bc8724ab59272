const { execFile } = require('node:child_process');
const { existsSync } = require('node:fs');
const { mkdir, readdir, readFile, rm, writeFile } = require('node:fs/promises');
const path = require('node:path');
const esbuild = require('esbuild');
const { dest, parallel, series, src } = require('gulp');
const { n8n } = require('./package.json');

const COMPILED = '.cache/compiled';
const BUNDLE = 'dist/nodes/bundle.js';

const clean = async () => {
	for (const folder of ['dist', COMPILED]) await rm(folder, { recursive: true, force: true });
};

const compile = (done) =>
	execFile(
		process.execPath,
		[
			require.resolve('typescript/bin/tsc'),
			'-p',
			'tsconfig.json',
			'--module',
			'ES2022',
			'--outDir',
			COMPILED,
		],
		(error, output) => {
			if (error) process.stderr.write(output);
			done(error ? new Error('TypeScript found errors') : undefined);
		},
	);

/**
 * Puts all modules into one file, since n8n loads all of them when it starts: one by one they take five times as long.
 * The files that package.json names hand out what is in it.
 */
const bundle = async () => {
	const modules = [...n8n.nodes, ...n8n.credentials];
	const compiled = modules.map((file) => path.relative('dist', file));
	await esbuild.build({
		stdin: {
			contents: compiled.map((file) => `export * from './${file}';`).join('\n'),
			resolveDir: COMPILED,
		},
		outfile: BUNDLE,
		bundle: true,
		format: 'cjs',
		platform: 'node',
		target: 'node20',
		external: ['n8n-workflow'],
	});
	for (const file of modules) {
		const name = path.basename(file).split('.')[0];
		const from = path.relative(path.dirname(file), BUNDLE);
		await mkdir(path.dirname(file), { recursive: true });
		await writeFile(file, `exports.${name} = require('${from}').${name};\n`);
	}
};

/** Icons and codex files lie beside the JavaScript that names them. */
const assets = () =>
	src(['icons/*.svg', 'nodes/**/*.node.json'], { base: '.', encoding: false }).pipe(dest('dist'));

/** n8n looks for what an operation puts out in a file of its own; most operations put out the same. */
const outputSchemas = async () => {
	const nodes = (await readdir('nodes')).map((node) => `nodes/${node}`);
	for (const node of nodes.filter((folder) => existsSync(`${folder}/output.schemas.json`))) {
		const { schemas, operations } = JSON.parse(
			await readFile(`${node}/output.schemas.json`, 'utf8'),
		);
		for (const [operation, name] of Object.entries(operations)) {
			const properties = Object.fromEntries(
				Object.entries(schemas[name]).map(([field, type]) => [field, { type }]),
			);
			const file = path.join('dist', node, '__schema__/v1.0.0', `${operation}.json`);
			await mkdir(path.dirname(file), { recursive: true });
			await writeFile(file, JSON.stringify({ type: 'object', properties, version: 1 }));
		}
	}
};

exports.build = series(clean, parallel(series(compile, bundle), assets, outputSchemas));
