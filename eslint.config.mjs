import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
	{
		ignores: ['dist/', 'node_modules/', '**/node_modules/', 'coverage/', '.cache/', 'test/output/'],
	},
	{ files: ['**/*.{ts,js,mjs}'], extends: [js.configs.recommended] },
	{
		files: ['**/*.ts'],
		extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
		languageOptions: { parserOptions: { project: './tsconfig.dev.json' } },
		rules: {
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/array-type': ['error', { default: 'array-simple' }],
		},
	},
	{
		files: ['nodes/**/*.ts', 'credentials/**/*.ts'],
		rules: {
			'no-restricted-syntax': [
				'error',
				{
					selector: 'PropertyDefinition > ArrowFunctionExpression',
					message:
						'The bundle has no arrow functions, and esbuild loses the "this" of one that is a field: write a method.',
				},
			],
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
);
