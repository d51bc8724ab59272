import { matchSightings, type Sighting } from '../../../nodes/shared/jobs/match';
import type { Place } from '../../../nodes/shared/jobs/reference';
import { reportOf } from './scripted';

const placeOf = (item: number, digest?: string): Place => ({
	scope: 's',
	executionId: '1',
	node: 'n',
	run: '0',
	item,
	digest,
});

const wanted = (item: number, digest: string) => ({ item, place: placeOf(item, digest) });

const sighting = (item: number, digest?: string, more: Partial<Sighting> = {}): Sighting => ({
	place: placeOf(item, digest),
	reference: `${item} ${digest ?? ''}`,
	report: reportOf(`job ${item}`),
	isResubmitted: false,
	isSameInput: false,
	isOfDead: false,
	...more,
});

const pairs = (items: Array<ReturnType<typeof wanted>>, sightings: Sighting[]) =>
	matchSightings(items, sightings)
		.map(({ kind, wanted: { item }, sighting: { reference } }) => [kind, item, reference])
		.sort(([, one], [, other]) => Number(one) - Number(other));

describe('matching what was submitted before', () => {
	it('goes by content and place', () => {
		expect(pairs([wanted(0, 'a'), wanted(1, 'a')], [sighting(1, 'a'), sighting(0, 'a')])).toEqual([
			['same', 0, '0 a'],
			['same', 1, '1 a'],
		]);
	});

	it('goes by content where rows have changed their places', () => {
		const sightings = [sighting(0, 'a'), sighting(1, 'b'), sighting(2, 'c')];
		expect(pairs([wanted(0, 'c'), wanted(1, 'a'), wanted(2, 'b')], sightings)).toEqual([
			['same', 0, '2 c'],
			['same', 1, '0 a'],
			['same', 2, '1 b'],
		]);
	});

	it('goes by place where a reference does not tell the content', () => {
		expect(pairs([wanted(0, 'a'), wanted(1, 'b')], [sighting(1)])).toEqual([['same', 1, '1 ']]);
	});

	it('takes another content at the same place for a contradiction', () => {
		expect(pairs([wanted(0, 'a')], [sighting(0, 'b')])).toEqual([['contradiction', 0, '0 b']]);
	});

	it('trusts the place where the input is the same for sure', () => {
		expect(pairs([wanted(0, 'a')], [sighting(0, 'b', { isSameInput: true })])).toEqual([
			['same', 0, '0 b'],
		]);
	});

	it('trusts it more than the content, which may be drawn by lot', () => {
		const sightings = ['a', 'b'].map((digest, item) =>
			sighting(item, digest, { isSameInput: true }),
		);
		expect(pairs([wanted(0, 'b'), wanted(1, 'c')], sightings)).toEqual([
			['same', 0, '0 a'],
			['same', 1, '1 b'],
		]);
	});

	it('gives no job to two items, and takes a job that is known first', () => {
		const lost = sighting(0, 'a', { report: undefined, reference: 'lost' });
		expect(pairs([wanted(0, 'a')], [lost, sighting(0, 'a')])).toEqual([['same', 0, '0 a']]);
		expect(pairs([wanted(0, 'a'), wanted(1, 'a')], [sighting(0, 'a')])).toHaveLength(1);
	});

	it('finds nothing where nothing fits', () => {
		expect(pairs([wanted(0, 'a')], [sighting(5, 'z')])).toEqual([]);
	});
});
