import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { describeVerdict, summarise } from './report';
import { isBroken, soak } from './soak';

const EVERY = 50;

/** `npm run soak -- --seeds N --start S [--workers W] [--ltx]` */
async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			seeds: { type: 'string', default: '500' },
			start: { type: 'string', default: '1' },
			workers: { type: 'string', default: '2' },
			ltx: { type: 'boolean', default: false },
		},
	});
	const subject = values.ltx ? 'ltx' : 'ltxStudio';
	const startedAt = performance.now();
	let done = 0;
	const verdicts = await soak({
		root: resolve(__dirname, '../..'),
		subject,
		seeds: Number(values.seeds),
		start: Number(values.start),
		workers: Number(values.workers),
		stopAtFirstBreach: false,
		onVerdict: (verdict) => {
			done++;
			if (isBroken(verdict)) console.log(describeVerdict(verdict, subject));
			if (done % EVERY === 0) console.log(`${done} seeds played`);
		},
	});
	console.log(summarise(verdicts, performance.now() - startedAt, subject));
	process.exitCode = verdicts.some(isBroken) ? 1 : 0;
}

void main();
