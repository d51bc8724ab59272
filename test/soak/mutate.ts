import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { mutations, type Mutation } from './mutations';
import { isBroken, soak } from './soak';
import type { Verdict } from './soakSeed';

const SEEDS = 200;
const WORKERS = 2;
const PACKAGE = resolve(__dirname, '../..');
/** What the soak is made of. */
const PARTS = [
	'nodes',
	'credentials',
	'test/emulator',
	'test/engine',
	'test/soak',
	'package.json',
	'tsconfig.json',
	'tsconfig.dev.json',
];

/**
 * Puts each mutation into a copy of the sources, and tells which seed and which invariant catch it.
 * `npm run soak:mutations [-- --only NAME]`, where NAME is a part of the names.
 */
async function main(): Promise<void> {
	const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
	const chosen = mutations.filter(({ name }) => name.includes(values.only));
	for (const mutation of mutations) await read(PACKAGE, mutation);
	const rows: string[][] = [];
	for (const mutation of chosen) {
		const verdict = await firstBreach(mutation);
		const found = verdict?.breaches.map(({ invariant }) => invariant).join('; ');
		rows.push([mutation.name, verdict ? `seed ${verdict.seed}` : 'NOT CAUGHT', found ?? '']);
		console.log(rows.at(-1)?.join(' | '));
	}
	console.log(`\n${table(['mutation', 'caught by', 'invariants that broke'], rows)}`);
	process.exitCode = rows.some(([, caught]) => caught === 'NOT CAUGHT') ? 1 : 0;
}

async function firstBreach(mutation: Mutation): Promise<Verdict | undefined> {
	const root = await mkdtemp(join(tmpdir(), 'soak-mutation-'));
	try {
		for (const part of PARTS) {
			await cp(join(PACKAGE, part), join(root, part), { recursive: true });
		}
		await symlink(join(PACKAGE, 'node_modules'), join(root, 'node_modules'));
		const { file, from, to } = mutation;
		await writeFile(
			join(root, file),
			(await read(root, mutation)).replace(from, () => to),
		);
		const verdicts = await soak({
			root,
			seeds: SEEDS,
			start: mutation.start ?? 1,
			workers: WORKERS,
			stopAtFirstBreach: true,
			onVerdict: () => undefined,
		});
		return verdicts.find(isBroken);
	} finally {
		await rm(root, { recursive: true, force: true });
	}
}

/** @throws {Error} when the mutation does not fit the source any more */
async function read(root: string, { name, file, from }: Mutation): Promise<string> {
	const source = await readFile(join(root, file), 'utf8');
	if (source.split(from).length === 2) return source;
	throw new Error(`"${name}" no longer fits: ${file} must have "${from}" once`);
}

function table(header: readonly string[], rows: readonly string[][]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

void main();
