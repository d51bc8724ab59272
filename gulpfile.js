const { execFile } = require('node:child_process');
const { existsSync } = require('node:fs');
const { mkdir, readdir, readFile, rm, writeFile } = require('node:fs/promises');
const path = require('node:path');
const { dest, parallel, series, src } = require('gulp');

const clean = () => rm('dist', { recursive: true, force: true });

const compile = (done) =>
	execFile(
		process.execPath,
		[require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.json'],
		(error, output) => {
			if (error) process.stderr.write(output);
			done(error ? new Error('TypeScript found errors') : undefined);
		},
	);

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

exports.build = series(clean, parallel(compile, assets, outputSchemas));
