import type { INodeParameters } from 'n8n-workflow';

import type { RunRequest } from '../../engine/harness';
import { toSpec, type PlannedItem } from './items';
import { RETRY_PAUSE_MS } from './lab';
import type { Plan, Source } from './plan';

const NODE = 'LTX';

const FORMS: Readonly<Record<Source, INodeParameters>> = {
	text: { operation: 'textToVideo' },
	file: {
		operation: 'imageToVideo',
		image_uri: { __rl: true, mode: 'file', value: 'photo' },
	},
	address: {
		operation: 'imageToVideo',
		image_uri: { __rl: true, mode: 'uri', value: 'https://example.com/photo.png' },
	},
};

/** The workflow that a plan is played in. */
export function workflowOf(
	plan: Plan,
	items: readonly PlannedItem[],
	more: INodeParameters = {},
): RunRequest {
	const { source, waitMode, download, simplify, options, onUncertain } = plan;
	const parameters: INodeParameters = {
		resource: 'video',
		...FORMS[source],
		prompt: '={{ $json.prompt }}',
		model: '={{ $json.model }}',
		waitMode,
		...(waitMode === 'poll' && { download }),
		options: { ...options, simplify, onUncertain, ...more },
	};
	const { onError, retryOnFail, mode } = plan;
	const hasErrorOutput = onError === 'continueErrorOutput';
	return {
		workflow: {
			nodes: [
				{ name: 'Items', type: 'items' },
				{
					name: NODE,
					type: 'ltx',
					parameters,
					onError,
					retryOnFail,
					waitBetweenTries: RETRY_PAUSE_MS,
				},
				{ name: 'End', type: 'noOp' },
				{ name: 'Errors', type: 'noOp' },
			],
			connections: [
				['Items', NODE],
				[NODE, 'End'],
				...(hasErrorOutput ? [[NODE, 'Errors', 1] satisfies [string, string, number]] : []),
			],
		},
		subject: NODE,
		startItems: items.map((item) => toSpec(item, plan)),
		mode,
	};
}
