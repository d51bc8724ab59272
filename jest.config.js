/** @returns {import('jest').Config} a project whose tests live in test/<name> */
const project = (name) => ({
	displayName: name,
	testEnvironment: 'node',
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/test/n8n-host', '<rootDir>/.cache'],
	transform: {
		'^.+\\.ts$': [
			'ts-jest',
			// Types are checked once, by `npm run typecheck`.
			{ tsconfig: 'tsconfig.dev.json', isolatedModules: true, diagnostics: false },
		],
	},
});

module.exports = {
	projects: ['unit', 'contract', 'emulator', 'engine', 'e2e'].map(project),
};
