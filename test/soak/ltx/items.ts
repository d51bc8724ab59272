import type { IDataObject } from 'n8n-workflow';

import { seededRandom } from '../../emulator/random';
import type { ItemSpec } from '../../engine/harness/items';
import { MARK } from '../items';
import type { Plan } from './plan';

/** What is to become of an item when nothing goes wrong by chance. */
export type Fate = 'completes' | 'fails' | 'isModerated' | 'isInvalid';

/** An item of the batch, and what is known of it beforehand. */
export interface PlannedItem {
	json: IDataObject;
	fate: Fate;
	/** What a job is recognised by as made for this item, or for one that asks for the same. */
	prompt: string;
}

/** What the service says of a job that fails. */
export const REASON = 'The model gave up';

const MARKS: Readonly<Record<Fate, string>> = {
	completes: '',
	fails: ` [fail: ${REASON}]`,
	isModerated: ' [moderated]',
	isInvalid: '',
};

const PHOTO = {
	data: Buffer.from('\x89PNG\r\n\x1a\nphoto', 'latin1'),
	fileName: 'photo.png',
	mimeType: 'image/png',
};

/** Draws the items of a plan. */
export function drawItems({ seed, size, twins, misfits }: Plan): PlannedItem[] {
	const random = seededRandom(seed + 1);
	return Array.from({ length: size }, (_, index) => {
		const fate = drawFate(random(), misfits);
		const prompt = `Item ${index - (index % twins)} of seed ${seed}.${MARKS[fate]}`;
		const model = fate === 'isInvalid' ? 'no model' : 'ltx-2-3-fast';
		return { json: { prompt, model }, fate, prompt };
	});
}

/** An item as the node is given it. */
export const toSpec = ({ json }: PlannedItem, { source }: Plan): ItemSpec => ({
	json,
	...(source === 'file' && { binary: { photo: PHOTO } }),
});

/** The same item, when it asks for something else. */
export function revise(item: PlannedItem): PlannedItem {
	const prompt = `${item.prompt}, revised`;
	return { ...item, json: { ...item.json, prompt }, prompt };
}

/** The same item, once what its prompt is refused for, or fails for, is put right. */
export function mend({ json, fate, prompt }: PlannedItem): PlannedItem {
	const right = prompt.replace(MARK, '');
	return { json, fate: fate === 'isInvalid' ? fate : 'completes', prompt: right };
}

function drawFate(draw: number, { invalid, moderated, failing }: Plan['misfits']): Fate {
	if (draw < invalid) return 'isInvalid';
	if (draw < invalid + moderated) return 'isModerated';
	return draw < invalid + moderated + failing ? 'fails' : 'completes';
}
