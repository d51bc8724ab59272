import { isKept } from './bars';
import type { Bar, Findings, Measure, Row, Side } from './row';
import { median } from './statistics';

/** The findings of a row, with where and when they were made. */
export interface StoredFindings extends Findings {
	measuredAt: string;
	/** The machine's load average at the start: on a busy one, times say little. */
	load?: number;
	machine: string;
	versions: string;
}

const ORDER: Side[] = ['package', 'byHand', 'floor'];
const LETTERS: Record<Side, string> = { package: 'a', byHand: 'b', floor: 'c' };

const tableLine = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function table(header: readonly string[], lines: ReadonlyArray<readonly string[]>): string {
	const rule = header.map((_, index) => (index === 0 ? '---' : '---:'));
	return [header, rule, ...lines].map(tableLine).join('\n');
}

/** A number with three digits that say something. */
function figure(value: number): string {
	const size = Math.abs(value);
	const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
	const text = value.toFixed(digits);
	return Number(text) === 0 ? '0' : text;
}

/** The median, and the range of all repetitions. */
function spread(values: readonly number[] | undefined): string {
	if (!values || values.length === 0) return '';
	const middle = figure(median(values));
	if (values.length === 1) return middle;
	return `${middle} (${figure(Math.min(...values))} to ${figure(Math.max(...values))})`;
}

function measureLine({ name, unit, values }: Measure, sides: readonly Side[]): string[] {
	const own = values.package;
	const ratios = sides
		.filter((side) => side !== 'package')
		.map((side) => {
			const other = values[side];
			if (!own || !other || median(other) <= 0) return '';
			return figure(median(own) / median(other));
		});
	return [
		unit === '' ? name : `${name}, ${unit}`,
		...sides.map((side) => spread(values[side])),
		...ratios,
	];
}

const verdict = (bar: Bar): string => (isKept(bar) ? 'PASS' : '**FAIL**');

const barLine = (bar: Bar): string[] => [
	bar.text,
	`${figure(bar.measured)} ${bar.unit}`.trim(),
	verdict(bar),
];

const loadOf = ({ load }: StoredFindings): string =>
	load === undefined ? '' : `, at a load average of ${figure(load)}`;

/** One row as a section of the report. */
export function describeRow(row: Row, findings: StoredFindings): string {
	const sides = ORDER.filter((side) => findings.measures.some(({ values }) => values[side]));
	const others = sides.filter((side) => side !== 'package');
	const measures = table(
		[
			'',
			...sides.map((side) => `(${LETTERS[side]}) ${row.sides[side] ?? ''}`),
			...others.map((side) => `a / ${LETTERS[side]}`),
		],
		findings.measures.map((measure) => measureLine(measure, sides)),
	);
	return [
		`## ${row.title}`,
		`${findings.work} Measured ${findings.measuredAt}${loadOf(findings)}.`,
		measures,
		...(findings.bars.length > 0
			? [table(['Bar', 'Measured', ''], findings.bars.map(barLine))]
			: []),
		...(findings.remarks ?? []),
	].join('\n\n');
}

/** All bars of all rows, one a line. */
export function summarise(
	rows: readonly Row[],
	findings: Readonly<Record<string, StoredFindings>>,
): string {
	const lines = rows.flatMap(({ id }) =>
		(findings[id]?.bars ?? []).map((bar) => [`\`${id}\``, ...barLine(bar)]),
	);
	return table(['Row', 'Bar', 'Measured', ''], lines);
}

const INTRODUCTION = `# Benchmark results

Written by \`npm run bench\`; \`npm run bench -- --only upload,download\` measures some rows again and leaves the others as
they are. Each row is the same work, done by (a) this package's node, (b) n8n's own HTTP Request node wired by hand, and
(c) the least that the work can cost, outside n8n. The sides take turns. Figures are medians, with the least and the
greatest of all repetitions in parentheses.

- n8n runs with its binary store on the disk. The useapi.net that it talks to is the emulator, in a process of its own.
- *Node's time* is what n8n itself gives as the execution time of the node.
- *Memory* is the most that all of n8n's processes have held during the run (\`VmHWM\`, set back before each run), above the
  least that they held between the runs. The file cache is not part of it. Bars on memory hold for the worst repetition.
- (a) and (b) each have an n8n of their own. For files and overhead it is started anew for each repetition, and has done the
  same with less data before (of a file, an eighth): what a run, and n8n's start, leave in its memory changes the speed
  and the memory of the next one. _Once more_ is that next run.
`;

/** The whole report. */
export function writeReport(
	rows: readonly Row[],
	findings: Readonly<Record<string, StoredFindings>>,
): string {
	const measured = rows.flatMap((row) => {
		const found = findings[row.id];
		return found ? [{ row, found }] : [];
	});
	const settings = [...new Set(measured.map(({ found }) => `${found.machine}; ${found.versions}`))];
	return [
		INTRODUCTION + settings.map((text) => `- ${text}.`).join('\n'),
		'## All bars',
		summarise(rows, findings),
		...measured.map(({ row, found }) => describeRow(row, found)),
		'',
	].join('\n\n');
}
