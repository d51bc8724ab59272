const { readdirSync } = require('node:fs');
const { dirname } = require('node:path');

/** @returns {string[]} patterns of the test files that a `suite.ts` beside them runs: `test/runTogether.ts` says why */
const runByASuite = (name) =>
	readdirSync(`${__dirname}/test/${name}`, { recursive: true })
		.filter((file) => /(^|\/)suite\.ts$/.test(file))
		.map((file) =>
			`<rootDir>/test/${name}/${dirname(file)}/[^/]+\\.test\\.ts$`.replace('/./', '/'),
		);

const typescript = {
	'^.+\\.ts$': [
		'<rootDir>/test/jest/typescript.js',
		// Types are checked once, by `npm run typecheck`.
		{ tsconfig: 'tsconfig.dev.json', diagnostics: false },
	],
};

/** @returns {import('jest').Config} a project whose tests live in test/<name> */
const project = (name, more = {}) => ({
	displayName: name,
	roots: ['<rootDir>/credentials', '<rootDir>/nodes', `<rootDir>/test/${name}`],
	testMatch: [`<rootDir>/test/${name}/**/{*.test,suite}.ts`],
	testPathIgnorePatterns: ['/node_modules/', ...runByASuite(name)],
	modulePathIgnorePatterns: [
		'<rootDir>/dist',
		'<rootDir>/test/n8n-host',
		'<rootDir>/test/gate',
		'<rootDir>/.cache',
	],
	transform: typescript,
	...more,
});

/** What spares the tests that run often a good part of their time. */
const native = {
	testEnvironment: '<rootDir>/test/jest/mainRealm.js',
	transform: {
		...typescript,
		// jest's own packages are jest's business.
		'/node_modules/(?!jest|@jest/|expect/).+\\.[cm]?js$': '<rootDir>/test/jest/nativePackages.js',
	},
	transformIgnorePatterns: [],
};

module.exports = {
	maxWorkers: '100%',
	// On a busy machine the whole of n8n's engine takes its time.
	testTimeout: 60_000,
	projects: [
		...['unit', 'contract', 'emulator', 'engine'].map((name) => project(name, native)),
		project('e2e', {
			globalSetup: '<rootDir>/test/e2e/globalSetup.ts',
			globalTeardown: '<rootDir>/test/e2e/globalTeardown.ts',
			setupFilesAfterEnv: ['<rootDir>/test/e2e/timeout.ts'],
		}),
	],
};
