import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { Emulator } from '../emulator';
import { pick, seededRandom } from '../emulator/random';
import { batchKinds, type BatchKind } from './batches';
import type { Plan } from './plan';

/** What is to become of an item when nothing goes wrong by chance. */
export type Fate = 'completes' | 'fails' | 'isModerated' | 'isInvalid';

/** An item of the batch, and what is known of it beforehand. */
export interface PlannedItem {
	json: IDataObject;
	fate: Fate;
}

/** What an account has that items can name. */
type Stock = Map<string, IDataObject>;

/** Puts what the batch needs into each account, as an earlier step of a workflow would have. */
export async function stock(emulator: Emulator, plan: Plan): Promise<Stock> {
	const { needs }: BatchKind = batchKinds[plan.batch];
	const stocked: Stock = new Map();
	if (!needs) return stocked;
	for (const { email } of plan.accounts) {
		const post = async (path: string, type: string, body: string | Buffer) => {
			const response = await fetch(`${emulator.url}/v1/ltxstudio/${path}`, {
				method: 'POST',
				headers: { authorization: `Bearer ${emulator.token}`, 'content-type': type },
				body,
			});
			return (await response.json()) as { jobId: string; asset: { fileId: string } };
		};
		if (needs === 'finishedImage') {
			const body = JSON.stringify({ email, prompt: 'A picture to make larger' });
			const { jobId } = await post('images/create', 'application/json', body);
			emulator.jobs.finish(jobId);
			stocked.set(email, { jobId });
		} else {
			const path = `assets?${new URLSearchParams({ email, type: needs }).toString()}`;
			const { asset } = await post(path, 'image/png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
			stocked.set(email, { fileId: asset.fileId, email });
		}
	}
	return stocked;
}

/** Draws the items of a plan. */
export function drawItems(plan: Plan, stocked: Stock): PlannedItem[] {
	const { batch, size, seed, accounts, accountChoice, misfits } = plan;
	const { models, hasPrompt }: BatchKind = batchKinds[batch];
	const random = seededRandom(seed + 1);
	return Array.from({ length: size }, (_, index) => {
		const fate = drawFate(random(), misfits, hasPrompt);
		const account = pick(random, accounts)?.email ?? '';
		const isChosen = accountChoice === 'chosen' || (accountChoice === 'mixed' && random() < 0.5);
		const json: IDataObject = {
			order: `order ${seed}.${index}`,
			prompt: promptOf(fate, `Item ${index} of seed ${seed}`),
			model: pick(random, models) ?? '',
			account: isChosen ? account : '',
			...stocked.get(account),
			...(fate === 'isInvalid' && { model: 'no model', jobId: 'no job ID' }),
		};
		return { json, fate };
	});
}

function drawFate(draw: number, misfits: Plan['misfits'], hasPrompt: boolean): Fate {
	const { moderated, failing, invalid } = misfits;
	if (draw < invalid) return 'isInvalid';
	// What happens to an item is written into its prompt.
	if (!hasPrompt) return 'completes';
	if (draw > 1 - moderated) return 'isModerated';
	return draw > 1 - moderated - failing ? 'fails' : 'completes';
}

function promptOf(fate: Fate, text: string): string {
	switch (fate) {
		case 'completes':
		case 'isInvalid':
			return text;
		case 'fails':
			return `${text} [fail: The model gave up]`;
		case 'isModerated':
			return `${text} [moderated]`;
	}
}

/** The form of the node. */
export function parametersOf(plan: Plan): INodeParameters {
	const { batch, waitMode, download, simplify, onUncertain, options } = plan;
	return {
		...batchKinds[batch].parameters,
		email: { __rl: true, mode: 'id', value: '={{ $json.account }}' },
		waitMode,
		...(waitMode !== 'none' && { download }),
		simplify,
		options: { ...options, onUncertain, replyRef: '={{ $json.order }}' },
	};
}
