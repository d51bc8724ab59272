import type { Measure, Sample, Side } from './row';

/** Repeats each side's work, in turns, so that whatever slows the machine down slows all of them. */
export async function compare(
	repetitions: number,
	sides: Partial<Record<Side, () => Promise<Sample>>>,
	note: (text: string) => void,
): Promise<Record<Side, Sample[]>> {
	const samples: Record<Side, Sample[]> = { package: [], byHand: [], floor: [] };
	for (let repetition = 1; repetition <= repetitions; repetition++) {
		const turns = Object.entries(sides) as Array<[Side, () => Promise<Sample>]>;
		// Back and forth, so that no side always comes after the same one.
		for (const [side, work] of repetition % 2 ? turns : turns.reverse()) {
			const sample = await work();
			samples[side].push(sample);
			const figures = Object.entries(sample).map(([name, value]) => `${name} ${value.toFixed(2)}`);
			note(`${repetition}/${repetitions} ${side}: ${figures.join(', ')}`);
		}
	}
	return samples;
}

/** Puts one quantity of all samples together. */
export function measure(
	samples: Record<Side, Sample[]>,
	key: string,
	label: Pick<Measure, 'name' | 'unit'>,
): Measure {
	const values = Object.entries(samples).flatMap(([side, list]) => {
		const found = list.flatMap((sample) => sample[key] ?? []);
		return found.length > 0 ? [[side, found] as const] : [];
	});
	return { ...label, values: Object.fromEntries(values) };
}

/** The values of a side, which must be there. */
export function valuesOf({ name, values }: Measure, side: Side): number[] {
	const found = values[side];
	if (!found) throw new Error(`"${name}" was not measured for ${side}`);
	return found;
}
