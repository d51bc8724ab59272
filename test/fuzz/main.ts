import { parseArgs } from 'node:util';

import type { HostVersion } from '../n8n-host/hosts';
import { KINDS } from './kinds';
import { timing } from './timing';

const { values } = parseArgs({
	options: {
		cases: { type: 'string', default: '10000' },
		seed: { type: 'string', default: '1' },
		/** A release of n8n to knock at, instead of the doors in this process. */
		n8n: { type: 'string' },
		/** What that n8n's environment has besides, as NAME=value. */
		env: { type: 'string', multiple: true, default: [] },
	},
});
const cases = Number(values.cases);
const seed = Number(values.seed);

async function main(): Promise<void> {
	if (values.n8n !== undefined) {
		const { runOnN8n } = await import('./realN8n');
		const env: Record<string, string> = {};
		for (const setting of values.env) {
			const [name = '', value = ''] = setting.split('=');
			env[name] = value;
		}
		if (!(await runOnN8n(values.n8n as HostVersion, { knocks: cases, seed, env }))) {
			process.exitCode = 1;
		}
		return;
	}
	for (const kind of [...KINDS, timing]) {
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
