import js from '@eslint/js';
import communityNodes from '@n8n/eslint-plugin-community-nodes';
import nodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

const nodesBaseRules = (name) => nodesBase.configs[name].rules;

export default tseslint.config(
	{
		ignores: ['dist/', 'node_modules/', '**/node_modules/', 'coverage/', '.cache/', 'test/output/'],
	},
	{ files: ['**/*.{ts,js,mjs}'], extends: [js.configs.recommended] },
	{
		files: ['**/*.ts'],
		extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
		languageOptions: { parserOptions: { project: ['./tsconfig.dev.json', './tsconfig.e2e.json'] } },
		rules: {
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/array-type': ['error', { default: 'array-simple' }],
		},
	},
	{
		files: ['**/*.{js,mjs}'],
		languageOptions: {
			globals: {
				console: 'readonly',
				process: 'readonly',
				require: 'readonly',
				module: 'writable',
				exports: 'writable',
				__dirname: 'readonly',
			},
		},
	},
	{
		...communityNodes.configs.recommended,
		files: ['credentials/**/*.ts', 'nodes/**/*.ts', 'package.json'],
	},
	{
		// The rules about the package read its manifest as an expression.
		files: ['package.json'],
		plugins: { 'n8n-nodes-base': nodesBase },
		extends: [tseslint.configs.disableTypeChecked],
		languageOptions: {
			parser: tseslint.parser,
			parserOptions: { project: null, extraFileExtensions: ['.json'] },
		},
		rules: {
			...nodesBaseRules('community'),
			'@typescript-eslint/no-unused-expressions': 'off',
		},
	},
	{
		files: ['credentials/**/*.ts'],
		plugins: { 'n8n-nodes-base': nodesBase },
		rules: {
			...nodesBaseRules('credentials'),
			// For n8n's own credentials, whose documentation is named by a word; here it is a URL.
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
		},
	},
	{
		files: ['nodes/**/*.ts'],
		plugins: { 'n8n-nodes-base': nodesBase },
		rules: {
			...nodesBaseRules('nodes'),
			// They want the literal 'main', where the community rules want NodeConnectionTypes.
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
			// TypeScript demands a default already, and sees the ones that are not literals.
			'n8n-nodes-base/node-param-default-missing': 'off',
		},
	},
);
