import type { JobReport } from './service';
import type { Place } from './reference';

/** A trace of something that was submitted before: in memory, among the running jobs, or among the finished ones. */
export interface Sighting {
	place: Place;
	reference: string;
	/** Undefined where the answer never came. */
	report: JobReport | undefined;
	/** When that was known, in milliseconds since the epoch. */
	lostAt?: number;
	isResubmitted: boolean;
	/** Whether it is of an execution that never came to an end. */
	isOfDead: boolean;
	/** Whether the input was the same for sure, so that the place tells the item, whatever its expressions say now. */
	isSameInput: boolean;
}

/** What a trace means for an item. */
export type Match<Wanted> =
	/** It was made for what the item asks for. */
	| { kind: 'same'; wanted: Wanted; sighting: Sighting }
	/** It was made at the item's place, for something else: the item may have changed, or another have taken its place. */
	| { kind: 'contradiction'; wanted: Wanted; sighting: Sighting };

/** An item that may have been submitted before. */
export interface Placed {
	place: Place;
}

/**
 * Pairs what is to be submitted with the traces of what was submitted before: by place where the input is the same for sure;
 * then by content and place, then by content alone, since rows may come in another order; then by place, for references that
 * do not tell the content.
 */
export function matchSightings<Wanted extends Placed>(
	all: readonly Wanted[],
	sightings: readonly Sighting[],
): Array<Match<Wanted>> {
	const open = new Set(all);
	const unclaimed = new Set(distinct(sightings));
	const matches: Array<Match<Wanted>> = [];
	const claim = (kind: Match<Wanted>['kind'], fits: Fits) => {
		for (const sighting of unclaimed) {
			for (const wanted of open) {
				if (!fits(wanted.place, sighting)) continue;
				matches.push({ kind, wanted, sighting });
				open.delete(wanted);
				unclaimed.delete(sighting);
				break;
			}
		}
	};
	claim('same', (one, other) => other.isSameInput && isSamePlace(one, other));
	claim('same', (one, other) => isSameContent(one, other) && isSamePlace(one, other));
	claim('same', isMoved);
	claim('same', (one, other) => isSamePlace(one, other) && other.place.digest === undefined);
	claim('contradiction', isSamePlace);
	return matches;
}

type Fits = (place: Place, sighting: Sighting) => boolean;

const isSameContent: Fits = ({ digest }, { place }) =>
	digest !== undefined && digest === place.digest;

/** Of a lost answer of another execution, only its place tells whose it was. */
const isMoved: Fits = (one, other) =>
	isSameContent(one, other) && (other.report !== undefined || other.isSameInput);

const isSamePlace: Fits = ({ item }, { place }) => item === place.item;

/** A job that is known before one whose answer never came. */
const best = (one: Sighting, other: Sighting) => rank(one) - rank(other);

const rank = ({ report }: Sighting) => (report === undefined ? 1 : 0);

/** By what something that was submitted before is known again. */
export type Trace = Pick<Sighting, 'place' | 'report'>;

/**
 * What a trace is known by: its job, and what was submitted where. It may go by several references, as when the user's own part
 * of them changes with each try, or the API cuts them.
 */
export function namesOf({ place, report }: Trace): string[] {
	const { scope, executionId, node, run, item, digest } = place;
	const names = [JSON.stringify([scope, executionId, node, run, item, digest])];
	return report ? [report.jobId, ...names] : names;
}

/** Leaves out what is there already by another name. A job that is known comes before one whose answer never came. */
function distinct(sightings: readonly Sighting[]): Sighting[] {
	const seen = new Set<string>();
	return [...sightings].sort(best).filter((sighting) => {
		const names = namesOf(sighting);
		const isNew = !names.some((name) => seen.has(name));
		for (const name of names) seen.add(name);
		return isNew;
	});
}
