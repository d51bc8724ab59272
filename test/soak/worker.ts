import { soakLtxSeed } from './ltx/soakSeed';
import { soakSeed, type Verdict } from './soakSeed';

/** What a worker is asked, and what it answers. */
export interface Task {
	subject: Subject;
	seed: number;
}

/** What is soaked. */
export type Subject = keyof typeof SUBJECTS;

const SUBJECTS = { ltxStudio: soakSeed, ltx: soakLtxSeed };

export type { Verdict };

const failed = (seed: number, error: unknown): Verdict => ({
	seed,
	breaches: [
		{
			invariant: 'the soak itself works',
			details: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
		},
	],
	tally: undefined,
	ms: 0,
});

// One seed after the other: n8n's services are one of a kind in a process.
process.on('message', ({ subject, seed }: Task) => {
	void SUBJECTS[subject](seed)
		.catch((error: unknown) => failed(seed, error))
		.then((verdict) => process.send?.(verdict));
});
