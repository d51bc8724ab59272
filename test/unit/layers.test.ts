import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const NODES = join(__dirname, '../../nodes');

const filesBelow = (folder: string) =>
	readdirSync(join(NODES, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => join(folder, name));

const textOf = (file: string) => readFileSync(join(NODES, file), 'utf8');

/** What a file imports, as paths below `nodes/`. */
const importsOf = (file: string) =>
	[...textOf(file).matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) =>
		relative(NODES, join(NODES, dirname(file), path)),
	);

const nodes = readdirSync(NODES).filter((folder) => folder !== 'shared');

/** What belongs to one service, its models, or the operations of one node. */
const OF_A_SERVICE =
	/LTX|\bltx\b|ltxstudio|Luma|Veo|FLUX|Nano Banana|\b(?:Account|Asset|Image|Job|Scheduler|Video) > /;

it('shared code imports nothing of a node', () => {
	const wrong = filesBelow('shared').flatMap((file) =>
		importsOf(file)
			.filter((path) => !path.startsWith('shared/'))
			.map((path) => `${file} → ${path}`),
	);
	expect(wrong).toEqual([]);
});

it('shared code names no service', () => {
	const wrong = filesBelow('shared').flatMap((file) =>
		textOf(file)
			.split('\n')
			.filter((line) => OF_A_SERVICE.test(line))
			.map((line) => `${file}: ${line.trim()}`),
	);
	expect(wrong).toEqual([]);
});

it.each(nodes)('%s imports nothing of another node', (node) => {
	const wrong = filesBelow(node).flatMap((file) =>
		importsOf(file)
			.filter((path) => !path.startsWith(`${node}/`) && !path.startsWith('shared/'))
			.map((path) => `${file} → ${path}`),
	);
	expect(wrong).toEqual([]);
});

it.each(nodes)('the service of %s imports nothing of its operations and forms', (node) => {
	const wrong = filesBelow(node)
		.filter((file) => file.startsWith(`${node}/service/`))
		.flatMap((file) =>
			importsOf(file)
				.filter((path) => /^\w+\/(actions|fields|trigger)\/|\.node$/.test(path))
				.map((path) => `${file} → ${path}`),
		);
	expect(wrong).toEqual([]);
});

it('the engine has no default that papers over a state that cannot be', () => {
	const wrong = filesBelow('shared/jobs').flatMap((file) =>
		textOf(file)
			.split('\n')
			.filter((line) => / \?\? (''|\{\})/.test(line))
			.map((line) => `${file}: ${line.trim()}`),
	);
	expect(wrong).toEqual([]);
});

it('no file imports itself by way of others', () => {
	const files = filesBelow('.');
	const imported = new Map(
		files.map((file) => [
			file,
			importsOf(file).flatMap((path) =>
				[`${path}.ts`, `${path}/index.ts`].filter((name) => files.includes(name)),
			),
		]),
	);
	const isInACircle = (file: string) => {
		// What is added meanwhile has its turn, too.
		const reached = new Set(imported.get(file));
		for (const next of reached)
			for (const further of imported.get(next) ?? []) reached.add(further);
		return reached.has(file);
	};
	expect(files.filter(isInACircle)).toEqual([]);
});
