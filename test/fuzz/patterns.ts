import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { INodeProperties } from 'n8n-workflow';
import ts from 'typescript';

import { Ltx } from '../../nodes/Ltx/Ltx.node.ts';
import { LTX_API } from '../../nodes/Ltx/service/texts';
import { LtxStudio } from '../../nodes/LtxStudio/LtxStudio.node.ts';
import { LtxStudioTrigger } from '../../nodes/LtxStudio/LtxStudioTrigger.node.ts';
import { LTX_STUDIO_API } from '../../nodes/LtxStudio/service/texts';
import { Luma } from '../../nodes/Luma/Luma.node.ts';
import { USEAPI } from '../../nodes/shared/useapi/api';

import { hostileText } from './hostile';
import { drawn, type Kind } from './kind';

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

/** All patterns of the package, as they would stand in the code. */
export const PATTERNS: readonly string[] = [
	...new Set([
		...literalPatterns(),
		...[new Ltx(), new LtxStudio(), new LtxStudioTrigger(), new Luma()].flatMap(({ description }) =>
			formPatterns(description.properties),
		),
		...[LTX_API, LTX_STUDIO_API, USEAPI].flatMap(({ confidential }) =>
			confidential.text.map(String),
		),
	]),
];

/** @returns a pattern as it stands in the code, as an expression */
export function toRegExp(pattern: string): RegExp {
	const end = pattern.lastIndexOf('/');
	return new RegExp(pattern.slice(1, end), pattern.slice(end + 1));
}

/** No pattern takes long, whatever the text: measured, in addition to what is proven of them. */
export const patterns: Kind[] = [
	drawn(
		'patterns',
		fc.constantFrom(...PATTERNS).chain((pattern) =>
			fc.record({
				pattern: fc.constant(pattern),
				text: fc.oneof(
					hostileText,
					// What the pattern itself is made of, again and again.
					fc
						.array(fc.constantFrom(...(pattern.match(/\w+|\W/g) ?? [''])), {
							minLength: 1,
							maxLength: 4,
						})
						.map((pieces) => pieces.join(''))
						.map((text) => `${text.repeat(Math.floor((64 * 1024) / text.length))}\n`),
				),
			}),
		),
		() => ({
			check: ({ pattern, text }) => {
				toRegExp(pattern).test(text);
			},
			more: () => ({ patterns: PATTERNS.length }),
		}),
	),
];
