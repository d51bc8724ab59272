const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');

const ROOT = resolve(__dirname, '../..');

/** All that tells, beside a file's own text, what it compiles to. */
const SURROUNDINGS = [
	`${__dirname}/typescript.js`,
	`${ROOT}/tsconfig.json`,
	`${ROOT}/tsconfig.dev.json`,
	require.resolve('ts-jest/package.json'),
	require.resolve('typescript/package.json'),
].map((file) => readFileSync(file, 'utf8'));

/**
 * Compiles TypeScript by ts-jest, which loads the whole compiler to do no more than look into jest's cache: a second and more
 * for each process that runs tests. Here it is loaded for files that the cache does not hold. jest's configuration is no part of
 * the key, as it does not bear on what comes out: it differs in a worker, and all would be compiled twice.
 */
module.exports = {
	createTransformer(settings) {
		let compiler;
		const load = () => (compiler ??= require('ts-jest').default.createTransformer(settings));
		return {
			getCacheKey(source, file, { instrument }) {
				const hash = createHash('sha256');
				const parts = [...SURROUNDINGS, JSON.stringify(settings), instrument, file, source];
				for (const part of parts) hash.update(`${part}\0`);
				return hash.digest('hex');
			},
			process: (source, file, options) => load().process(source, file, options),
		};
	},
};
