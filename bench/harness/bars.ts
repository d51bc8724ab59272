import { valuesOf } from './compare';
import type { Bar, Measure, Side } from './row';
import { median } from './statistics';

const NAMES: Record<Side, string> = { package: '(a)', byHand: '(b)', floor: '(c)' };

/** The package's median as a multiple of another side's. */
export function ratioBar(measure: Measure, limit: number, other: Side): Bar {
	return {
		text: `${measure.name} ≤ ${limit} × ${NAMES[other]}`,
		measured: median(valuesOf(measure, 'package')) / median(valuesOf(measure, other)),
		limit,
		unit: '×',
	};
}

/** The package's worst repetition against a fixed limit. */
export function worstBar(measure: Measure, limit: number): Bar {
	return {
		text: `${measure.name} ≤ ${limit} ${measure.unit}`,
		measured: Math.max(...valuesOf(measure, 'package')),
		limit,
		unit: measure.unit,
	};
}

/** The package's median against a fixed limit. */
export function medianBar(measure: Measure, limit: number): Bar {
	return { ...worstBar(measure, limit), measured: median(valuesOf(measure, 'package')) };
}

export const isKept = ({ measured, limit }: Bar): boolean => measured <= limit;
