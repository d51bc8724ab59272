import type { ApiDescription } from '../../shared/api/description';
import type { ServiceTexts } from '../../shared/jobs/service';
import { USEAPI } from '../../shared/useapi/api';
import { COOKIE_PARTS } from './cookie';

/** useapi.net's API for LTX Studio, as errors speak of it. */
export const LTX_STUDIO_API: ApiDescription = {
	...USEAPI,
	meanings: {
		...USEAPI.meanings,
		422: ({ detail }) => ({
			message: `The content was refused by moderation: ${detail}`,
			description:
				'Change the prompt or the picture. Veo is strict; LTX, FLUX and Nano Banana allow more.',
		}),
		596: ({ detail }) => ({
			message: `The account's session is dead: ${detail}`,
			description:
				'Trying again does not help. Sign in again in the browser, copy a fresh cookie, and run Account > Create or Update with it.',
		}),
	},
	retired: {
		message: 'This endpoint no longer exists',
		description:
			'useapi.net has retired some of its APIs; it marks the one for LTX Studio as revivable on request. If you use a compatible service, set its address as Base URL in the useapi.net credential.',
	},
	confidential: {
		keys: [...USEAPI.confidential.keys, ...COOKIE_PARTS],
		text: new RegExp(
			`${USEAPI.confidential.text.source}|\\b(?:${COOKIE_PARTS.join('|')})=[^;\\s"']+`,
			'g',
		),
	},
	otherWayToFile: 'Get the file with Asset > Download, or its job with Scheduler > Get Job.',
};

/** What LTX Studio's nodes call things, for the engine's errors and hints. */
export const TEXTS: ServiceTexts = {
	name: 'LTX Studio',
	takeOver: 'Scheduler > Wait for Jobs takes over from here: give it the job IDs.',
	lookFor: 'Look for it with Scheduler > Get Many and Asset > Get Many',
	seeCapacity: 'Scheduler > Get Capacity shows what runs on the accounts.',
	connectAccount: 'Connect one with Account > Create or Update.',
};
