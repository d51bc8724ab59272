import { UnexpectedError } from 'n8n-workflow';

import { makeReplyReference, verifyReplyReference } from '../../nodes/shared/jobs/reference';
import { TOKEN } from './fakeN8n';
import type { Kind } from './kind';

const REFERENCE = makeReplyReference(
	{
		instanceId: 'instance',
		workflowId: 'workflow',
		executionId: '42',
		nodeId: 'node',
		run: '0',
		item: 0,
		content: '',
	},
	TOKEN,
);
/** So often a reference is verified for one measurement. */
const TIMES = 20;
/** The slowest measurements say something of the machine, and nothing of the comparison. */
const KEPT = 0.8;
/** Beyond this, Welch's t says that two sets of measurements differ. */
const DIFFERENT = 10;

/** The genuine reference with another character at one place of its signature, counted from its end. */
const forgedAt = (fromEnd: number): string => {
	const at = REFERENCE.length - fromEnd;
	return `${REFERENCE.slice(0, at)}${REFERENCE[at] === 'A' ? 'B' : 'A'}${REFERENCE.slice(at + 1)}`;
};

function measure(reference: string): number {
	const start = process.hrtime.bigint();
	for (let time = 0; time < TIMES; time++) verifyReplyReference(reference, TOKEN);
	return Number(process.hrtime.bigint() - start) / TIMES;
}

function statisticsOf(times: readonly number[]) {
	const kept = [...times]
		.sort((one, other) => one - other)
		.slice(0, Math.ceil(times.length * KEPT));
	const mean = kept.reduce((sum, time) => sum + time, 0) / kept.length;
	const variance = kept.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (kept.length - 1);
	return { mean, error: variance / kept.length };
}

/** It takes as long to refuse a reference whose signature is wrong at its beginning as one that is wrong at its end. */
export const timing: Kind = {
	name: 'constant time',
	run: (cases) => {
		const [early, late]: [number[], number[]] = [[], []];
		const [first, last] = [forgedAt(22), forgedAt(2)];
		for (let one = 0; one < cases; one++) {
			// In turns, so that whatever slows the machine down meets both.
			if (one % 2 === 0) early.push(measure(first));
			late.push(measure(last));
			if (one % 2 === 1) early.push(measure(first));
		}
		const [a, b] = [statisticsOf(early), statisticsOf(late)];
		const t = (a.mean - b.mean) / Math.sqrt(a.error + b.error);
		if (Math.abs(t) > DIFFERENT) throw new UnexpectedError(`The times differ, t = ${t.toFixed(1)}`);
		const round = (value: number) => Math.round(value * 10) / 10;
		const more = {
			'wrong at the first character, ns': round(a.mean),
			'at the last, ns': round(b.mean),
			t: round(t),
		};
		return Promise.resolve({ longest: 0, more });
	},
};
