import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { checkSync } from 'recheck';
import ts from 'typescript';

import { LtxStudio } from '../../nodes/LtxStudio/LtxStudio.node';
import { LtxStudioTrigger } from '../../nodes/LtxStudio/LtxStudioTrigger.node';
import { LTX_STUDIO_API } from '../../nodes/LtxStudio/service/texts';
import { Luma } from '../../nodes/Luma/Luma.node';
import { USEAPI } from '../../nodes/shared/useapi/api';

const ROOT = join(__dirname, '../..');

/** The patterns that stand in the code as such. */
function literalPatterns(): string[] {
	const files = ['nodes', 'credentials'].flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.ts'))
			.map((name) => join(ROOT, folder, name)),
	);
	return files.flatMap((file) => {
		const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
		const found: string[] = [];
		const visit = (node: ts.Node) => {
			if (ts.isRegularExpressionLiteral(node)) found.push(node.text);
			ts.forEachChild(node, visit);
		};
		visit(source);
		return found;
	});
}

/** The patterns that n8n holds the fields of a form to, as it does: from end to end. */
const formPatterns = (properties: readonly INodeProperties[]): string[] =>
	properties.flatMap(({ modes = [], options = [] }) => [
		...modes.flatMap(({ validation = [] }) =>
			validation.flatMap((rule) =>
				'properties' in rule ? [`/^${(rule.properties as { regex: string }).regex}$/`] : [],
			),
		),
		...formPatterns(options.filter((option): option is INodeProperties => 'type' in option)),
	]);

const patterns = new Set([
	...literalPatterns(),
	...[new LtxStudio(), new LtxStudioTrigger(), new Luma()].flatMap(({ description }) =>
		formPatterns(description.properties),
	),
	...[LTX_STUDIO_API, USEAPI].flatMap(({ confidential }) => confidential.text.map(String)),
]);

/** Nothing that comes from outside can hold up n8n by a pattern that goes back and forth. */
it.each([...patterns])('takes time in proportion to the length of the text: %s', (pattern) => {
	const end = pattern.lastIndexOf('/');
	const verdict = checkSync(pattern.slice(1, end), pattern.slice(end + 1));
	expect(verdict).toMatchObject({
		status: 'safe',
		complexity: { type: expect.stringMatching(/^(safe|linear)$/) as string },
	});
});
