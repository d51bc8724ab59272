/** The ways in which the same work is done. */
export type Side = 'package' | 'byHand' | 'floor';

/** What was measured of one repetition, by the name of the measure. */
export type Sample = Record<string, number>;

/** One quantity, as each side's repetitions have it. */
export interface Measure {
	name: string;
	unit: string;
	values: Partial<Record<Side, number[]>>;
}

/** A limit that a measurement has to keep. */
export interface Bar {
	text: string;
	measured: number;
	limit: number;
	unit: string;
}

/** What a row has found. */
export interface Findings {
	/** What was done, with its size. */
	work: string;
	measures: Measure[];
	bars: Bar[];
	/** Sentences and lists in Markdown. */
	remarks?: string[];
}

/** What a row is given. */
export interface Setting {
	/** The packed package. */
	tarball: string;
	/** Smaller and fewer, to be done in seconds. */
	quick: boolean;
	/** Tells what is being done. */
	note: (text: string) => void;
}

/** One comparison. */
export interface Row {
	id: string;
	title: string;
	/** The names of the sides, for people. */
	sides: Partial<Record<Side, string>>;
	/** It waits for jobs most of the time, and in a quick run does so beside other rows of its kind. */
	isIdle?: true;
	run: (setting: Setting) => Promise<Findings>;
}

/** A row by the rows' usual sides. */
export const SIDES = {
	package: 'This package',
	byHand: 'HTTP Request node',
	floor: 'curl',
} as const satisfies Record<Side, string>;
