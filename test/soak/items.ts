import type { IDataObject } from 'n8n-workflow';

import type { Emulator } from '../emulator';
import { imagesCreate } from '../emulator/endpoints';
import { pick, seededRandom } from '../emulator/random';
import { batchKinds, type BatchKind } from './batches';
import type { Plan } from './plan';

/** What is to become of an item when nothing goes wrong by chance. */
export type Fate = 'completes' | 'fails' | 'isCancelled' | 'isModerated' | 'isInvalid';

/** An item of the batch, and what is known of it beforehand. */
export interface PlannedItem {
	json: IDataObject;
	fate: Fate;
	/** What a job is recognised by as made for this item, or for one of the same content. */
	content: string;
}

/** What makes a prompt be refused, or fail. */
export const MARK = / \[.*\]/;

/** What the service says of a job whose fate it is not to complete. */
export const WORDS = {
	fails: 'The model gave up',
	isCancelled: 'The vendor took it back',
} as const;

/** The state, on no page of the API, that such a job ends in. */
export const ODD_STATUS = 'cancelled';

/** Draws the items of a plan, and puts what they need into the accounts, as an earlier node would have. */
export async function drawItems(plan: Plan, emulator: Emulator): Promise<PlannedItem[]> {
	const { batch, size, seed, accounts, accountChoice, misfits, twins, firstRefusedBy } = plan;
	const { models, hasPrompt, needs }: BatchKind = batchKinds[batch];
	const random = seededRandom(seed + 1);
	const assets = new Map<string, IDataObject>();
	if (needs && needs !== 'finishedImage') {
		for (const { email } of accounts) assets.set(email, await upload(emulator, email, needs));
	}
	return Array.from({ length: size }, (_, index) => {
		const drawn = drawFate(random(), misfits, hasPrompt);
		const fate = firstRefusedBy && index === 0 ? refusedFate(firstRefusedBy, hasPrompt) : drawn;
		const account = pick(random, accounts)?.email ?? '';
		const isChosen = accountChoice === 'chosen' || (accountChoice === 'mixed' && random() < 0.5);
		const subject = twins > 1 ? index - (index % twins) : index;
		const prompt = promptOf(fate, `Item ${subject} of seed ${seed}`);
		const source = needs === 'finishedImage' ? finishedImage(emulator, account) : undefined;
		const json: IDataObject = {
			order: `order ${seed}.${index}`,
			prompt,
			model: models[subject % Math.max(1, models.length)] ?? '',
			account: isChosen ? account : '',
			...assets.get(account),
			...(source !== undefined && { jobId: source }),
			...(fate === 'isInvalid' && { model: 'no model', jobId: 'no job ID' }),
		};
		return { json, fate, content: source ?? prompt };
	});
}

async function upload(emulator: Emulator, email: string, type: string): Promise<IDataObject> {
	const query = new URLSearchParams({ email, type }).toString();
	const response = await fetch(`${emulator.url}/v1/ltxstudio/assets?${query}`, {
		method: 'POST',
		headers: { authorization: `Bearer ${emulator.token}`, 'content-type': 'image/png' },
		body: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
	});
	const { asset } = (await response.json()) as { asset: { fileId: string } };
	return { fileId: asset.fileId, email };
}

/** A picture to make larger. */
function finishedImage({ jobs }: Emulator, email: string): string {
	const { id } = jobs.submit({
		endpoint: imagesCreate,
		product: 'flux',
		email,
		parameters: {},
		prompt: undefined,
		credits: 0,
		replyUrl: undefined,
		look: { text: '', ratio: '16:9', scale: 1 },
	});
	return jobs.finish(id).id;
}

/** The same item, when it asks for something else. One without a prompt stays what it is. */
export function revise(item: PlannedItem): PlannedItem {
	const { json, content } = item;
	if (content !== json.prompt) return item;
	const prompt = `${content}, revised`;
	return { ...item, json: { ...json, prompt }, content: prompt };
}

/** The same item, once what its prompt is refused for, or fails for, is put right. */
export function mend(item: PlannedItem): PlannedItem {
	const { json, content, fate } = item;
	if (content !== json.prompt || fate === 'isInvalid') return item;
	return { json, fate: 'completes', content: content.replace(MARK, '') };
}

function drawFate(draw: number, misfits: Plan['misfits'], hasPrompt: boolean): Fate {
	const { moderated, failing, cancelled, invalid } = misfits;
	if (draw < invalid) return 'isInvalid';
	// What happens to an item is written into its prompt.
	if (!hasPrompt) return 'completes';
	const shares: Array<[Fate, number]> = [
		['isModerated', moderated],
		['fails', failing],
		['isCancelled', cancelled],
	];
	let end = 1;
	for (const [fate, share] of shares) {
		end -= share;
		if (draw > end) return fate;
	}
	return 'completes';
}

/** What the service refuses is written into the prompt, if there is one. */
const refusedFate = (by: 'node' | 'service', hasPrompt: boolean): Fate =>
	by === 'service' && hasPrompt ? 'isModerated' : 'isInvalid';

function promptOf(fate: Fate, text: string): string {
	switch (fate) {
		case 'completes':
		case 'isInvalid':
			return text;
		case 'fails':
			return `${text} [fail: The model gave up]`;
		case 'isCancelled':
			return `${text} [fail as ${ODD_STATUS}: The vendor took it back]`;
		case 'isModerated':
			return `${text} [moderated]`;
	}
}
