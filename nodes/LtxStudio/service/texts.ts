import type { ApiDescription, Explanation } from '../../shared/api/description';
import { explainRejection } from '../../shared/api/explain';
import type { Failure } from '../../shared/api/failure';
import type { ServiceTexts } from '../../shared/jobs/service';
import { USEAPI } from '../../shared/useapi/api';
import { PRICE_LIST } from '../models';
import { COOKIE_PARTS } from './cookie';

/** What an upload can be used with: the API's word, and the form's. LTX Studio keeps the two apart. */
export const UPLOAD_USES = { image: 'LTX Video', 'reference-image': 'Images and Veo' } as const;

export type UploadUse = keyof typeof UPLOAD_USES;

/** The API names the `type` that an upload should have had; the form calls it otherwise. */
function explainWrongUpload({ detail }: Failure): Explanation | undefined {
	const [, type] = /\btype=(image|reference-image)\b/.exec(detail) ?? [];
	if (type !== 'image' && type !== 'reference-image') return undefined;
	const use = UPLOAD_USES[type];
	return {
		message: `A picture was uploaded for another use than "${use}"`,
		description: `Upload it again with Asset > Upload and "Use With" set to "${use}". Nothing was charged. The API says: ${detail}.`,
	};
}

/** useapi.net's API for LTX Studio, as errors speak of it. */
export const LTX_STUDIO_API: ApiDescription = {
	...USEAPI,
	meanings: {
		...USEAPI.meanings,
		400: (failure) => explainWrongUpload(failure) ?? explainRejection(failure),
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
		text: [
			...USEAPI.confidential.text,
			new RegExp(`\\b(?:${COOKIE_PARTS.join('|')})=[^;\\s"']+`, 'g'),
		],
	},
};

const VENDOR_LIST = `the vendor's price list of ${PRICE_LIST.asOf} for its ${PRICE_LIST.plan}`;

/** What LTX Studio's nodes call things, for the engine's errors and hints. */
export const TEXTS: ServiceTexts = {
	name: 'LTX Studio',
	takeOver: 'Scheduler > Wait for Jobs takes over from here: give it the job IDs.',
	whyGone:
		'It has expired, or was cancelled: then it may have been made all the same, and stands in Asset > Get Many.',
	lookFor: 'Look for it with Scheduler > Find Jobs',
	otherWayToFile: 'Get the file with Asset > Download, from an item that has jobId and assetUrl.',
	seeCapacity: 'Scheduler > Get Capacity shows what runs on the accounts.',
	seeResult:
		'To see this result without paying again, put Asset > Download behind this node and run that step only.',
	connectAccount: 'Connect one with Account > Create or Update.',
	priceList: VENDOR_LIST,
	unpriced: {
		reason: `it is not in ${VENDOR_LIST}`,
		advice: 'Choose a model that has a price',
	},
};
