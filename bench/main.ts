import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureHost } from '../test/n8n-host/install';
import { packPackage } from '../test/n8n-host/packPackage';
import { showStep } from '../test/n8n-host/progress';
import { describeRow, summarise } from './harness/report';
import type { StoredFindings } from './harness/report';
import type { Row } from './harness/row';
import { describeSetting, readStore, saveReport } from './harness/store';
import { rows } from './rows';

const USAGE = `Usage: npm run bench -- [options]

  --quick        smaller and fewer, in under three minutes; bench/RESULTS.md stays as it is
  --only LIST    the rows to measure, with commas between them; the others stay as they are
  --tarball FILE the package to measure; otherwise it is built and packed
  --help         shows this

Rows: ${rows.map(({ id }) => id).join(', ')}
`;

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

/** @throws Error when a name is no row's */
function choose(only: string | undefined): Row[] {
	const names = only?.split(',').map((name) => name.trim());
	const unknown = names?.find((name) => rows.every(({ id }) => id !== name));
	if (unknown !== undefined) throw new Error(`There is no row "${unknown}".\n\n${USAGE}`);
	return rows.filter(({ id }) => names?.includes(id) ?? true);
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			quick: { type: 'boolean', default: false },
			only: { type: 'string' },
			tarball: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		say(USAGE);
		return;
	}
	const { quick } = values;
	const chosen = choose(values.only);
	await showStep('Getting n8n ready', () => ensureHost('2.8.4'));
	const tarball =
		values.tarball === undefined
			? await showStep('Building and packing the package', () => packPackage())
			: resolve(values.tarball);

	const findings: Record<string, StoredFindings> = quick ? {} : await readStore();
	const failed: string[] = [];
	const measureRow = async (row: Row): Promise<void> => {
		const [load = NaN] = loadavg();
		try {
			const found = await showStep(row.title, ({ note }) => row.run({ tarball, quick, note }));
			const stored = { ...found, ...describeSetting(), load };
			findings[row.id] = stored;
			say(`\n${describeRow(row, stored)}\n`);
			// At once: a later row that fails takes nothing away.
			if (!quick) await saveReport(rows, findings);
		} catch (error) {
			failed.push(row.id);
			process.stderr.write(
				`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
			);
		}
	};
	const sideBySide = quick ? chosen.filter(({ isIdle }) => isIdle) : [];
	for (const row of chosen) if (!sideBySide.includes(row)) await measureRow(row);
	await Promise.all(sideBySide.map(measureRow));
	say(summarise(chosen, findings));
	if (failed.length === 0) return;
	say(`\nNot measured, because of an error: ${failed.join(', ')}`);
	process.exitCode = 1;
}

void main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
