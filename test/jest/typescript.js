const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');

const ROOT = resolve(__dirname, '../..');

/** All that tells, beside a file's own text, what it compiles to. */
const SURROUNDINGS = [
	__filename,
	`${ROOT}/tsconfig.json`,
	`${ROOT}/tsconfig.dev.json`,
	require.resolve('ts-jest/package.json'),
	require.resolve('typescript/package.json'),
].map((file) => readFileSync(file, 'utf8'));

/**
 * Compiles TypeScript by ts-jest, which loads the whole compiler to do no more than look into jest's cache: a second and more
 * for each process that runs tests. Here it is loaded for files that the cache does not hold.
 */
module.exports = {
	createTransformer(settings) {
		let compiler;
		const load = () => (compiler ??= require('ts-jest').default.createTransformer(settings));
		return {
			getCacheKey(source, file, { configString, instrument }) {
				const hash = createHash('sha256');
				const parts = [...SURROUNDINGS, JSON.stringify(settings), configString, instrument];
				for (const part of [...parts, file, source]) hash.update(`${part}\0`);
				return hash.digest('hex');
			},
			process: (source, file, options) => load().process(source, file, options),
		};
	},
};
