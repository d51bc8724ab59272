import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { writeReport, type StoredFindings } from './report';
import type { Row } from './row';

const FOLDER = join(__dirname, '..');
/** Every single measurement; the report is written from it. */
const DATA_FILE = join(FOLDER, 'results.json');
const REPORT_FILE = join(FOLDER, 'RESULTS.md');
const GIBIBYTE = 1024 ** 3;

/** What measurements were made on, and when. */
export function describeSetting(): Pick<StoredFindings, 'measuredAt' | 'machine' | 'versions'> {
	const processors = cpus();
	const memory = Math.round(totalmem() / GIBIBYTE);
	return {
		measuredAt: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
		machine: `${processors.length} × ${processors[0]?.model ?? 'unknown processor'}, ${memory} GiB, Linux ${release()}`,
		versions: `n8n 2.8.4, Node.js ${process.versions.node}`,
	};
}

/** What earlier runs have found. */
export async function readStore(): Promise<Record<string, StoredFindings>> {
	if (!existsSync(DATA_FILE)) return {};
	return JSON.parse(await readFile(DATA_FILE, 'utf8')) as Record<string, StoredFindings>;
}

/** Keeps all findings, and writes the report from them. */
export async function saveReport(
	rows: readonly Row[],
	findings: Readonly<Record<string, StoredFindings>>,
): Promise<void> {
	const write = async (file: string, text: string): Promise<void> => {
		const options = await resolveConfig(file);
		await writeFile(file, await format(text, { ...options, filepath: file }));
	};
	await write(DATA_FILE, JSON.stringify(findings));
	await write(REPORT_FILE, writeReport(rows, findings));
}
