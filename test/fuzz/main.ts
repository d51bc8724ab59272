import { parseArgs } from 'node:util';

import { KINDS } from './kinds';

const { values } = parseArgs({
	options: { cases: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const cases = Number(values.cases);
const seed = Number(values.seed);

async function main(): Promise<void> {
	for (const kind of KINDS) {
		const start = performance.now();
		try {
			const { longest, more = {} } = await kind.run(cases, seed);
			const figures = Object.entries(more).map(([name, figure]) => `, ${name}: ${figure}`);
			const seconds = Math.round(performance.now() - start) / 1000;
			const line = `${kind.name}: ${cases} cases held, longest ${longest.toFixed(1)} ms`;
			console.log(`${line}${figures.join('')} (${seconds} s)`);
		} catch (error) {
			process.exitCode = 1;
			console.log(
				`${kind.name}: BROKEN\n${error instanceof Error ? error.message : String(error)}`,
			);
		}
	}
}

void main();
