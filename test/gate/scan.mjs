/**
 * Runs the rules of n8n's scan, which lets no inline comment switch one off, and counts warnings as well:
 *
 *     node scan.mjs <folder of the project> <folder of the unpacked tarball>
 */
import {
	buildScanConfig,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';
import { ESLint } from 'eslint';

const [source, tarball] = process.argv.slice(2);
const overrideConfig = await buildScanConfig();

const scan = async (title, cwd, patterns) => {
	const eslint = new ESLint({
		cwd,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig,
	});
	const results = await eslint.lintFiles(patterns);
	const count = (field) => results.reduce((sum, result) => sum + result[field], 0);
	const [errors, warnings] = [count('errorCount'), count('warningCount')];
	const { format } = await eslint.loadFormatter('stylish');
	console.log(await format(results));
	console.log(`${title}: ${results.length} files, ${errors} errors, ${warnings} warnings`);
	return errors + warnings === 0;
};

const passed = [
	await scan('Source', source, SOURCE_FILE_PATTERNS),
	await scan('Tarball', tarball, ['**/*.js', 'package.json']),
];
process.exitCode = passed.every(Boolean) ? 0 : 1;
