import { join } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { projectRoot } from '../n8n-host/hosts';
import { installGate } from './install';

/** What is published: as it is built, and on the oldest n8n. */
const PUBLISHED = ['tsconfig.json', 'test/gate/tsconfig.oldest.json'];

/** All there is, which is linted too. */
const EVERYTHING = 'tsconfig.dev.json';

const parsed = new Map<string, ts.SourceFile | undefined>();

/** Reads each file once for all programs, whose options say the same of how to. */
function sharingHost(options: ts.CompilerOptions): ts.CompilerHost {
	const host = ts.createCompilerHost(options);
	const read = host.getSourceFile.bind(host);
	host.getSourceFile = (file, version, ...more) => {
		const key = JSON.stringify([file, version]);
		if (!parsed.has(key)) parsed.set(key, read(file, version, ...more));
		return parsed.get(key);
	};
	return host;
}

function programOf(project: string): ts.Program {
	const config = ts.getParsedCommandLineOfConfigFile(
		join(projectRoot, project),
		{ noEmit: true },
		{
			...ts.sys,
			onUnRecoverableConfigFileDiagnostic: (problem) => {
				throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, '\n'));
			},
		},
	);
	if (!config) throw new Error(`There is no ${project}`);
	const { fileNames: rootNames, options, errors: configFileParsingDiagnostics } = config;
	const host = sharingHost(options);
	return ts.createProgram({ rootNames, options, host, configFileParsingDiagnostics });
}

/** @returns whether there are none */
function checkTypes(project: string, program: ts.Program): boolean {
	const problems = ts.getPreEmitDiagnostics(program);
	console.log(`${project}: ${problems.length} errors`);
	console.log(
		ts.formatDiagnostics(problems, {
			getCurrentDirectory: () => projectRoot,
			getCanonicalFileName: (name) => name,
			getNewLine: () => '\n',
		}),
	);
	return problems.length === 0;
}

/** @returns whether there is neither an error nor a warning */
async function lint(program: ts.Program): Promise<boolean> {
	const eslint = new ESLint({
		cwd: projectRoot,
		overrideConfig: {
			files: ['**/*.ts'],
			languageOptions: { parserOptions: { project: null, programs: [program] } },
		},
	});
	const results = await eslint.lintFiles(['.']);
	const formatter = await eslint.loadFormatter('stylish');
	console.log(await formatter.format(results));
	return results.every(({ errorCount, warningCount }) => errorCount + warningCount === 0);
}

/**
 * Checks types and, unless only they are asked for, lints in the same process, since the linter asks for the same types. Types
 * come first: what the compiler says must not depend on what the linter has asked it.
 */
async function main([only]: readonly string[]): Promise<void> {
	await installGate();
	const passed = PUBLISHED.map((project) => checkTypes(project, programOf(project)));
	const program = programOf(EVERYTHING);
	passed.push(checkTypes(EVERYTHING, program));
	if (only !== 'types') passed.push(await lint(program));
	if (passed.includes(false)) process.exitCode = 1;
}

void main(process.argv.slice(2));
