import type { ApiDescription } from '../../shared/api/description';
import type { ServiceTexts } from '../../shared/jobs/service';
import { AS_OF } from '../models';

const BASE_URL = 'https://api.ltx.io';

/** Lightricks' LTX API, as calls and errors have to know it. */
export const LTX_API: ApiDescription = {
	credential: 'ltxApi',
	label: 'LTX credential',
	key: {
		field: 'apiKey',
		label: 'API key',
		hint: 'Keys are at console.ltx.io. One that was deleted there no longer works.',
	},
	usualBaseUrl: BASE_URL,
	// How a key looks, the vendor does not say: the one that is used is hidden as it is.
	confidential: { keys: ['authorization', 'api_key', 'apikey'], text: [] },
	meanings: {
		402: ({ detail }) => ({
			message: 'There are not enough credits for this video',
			description: `Buy credits at console.ltx.io, or choose a smaller or shorter video. The API says: ${detail}.`,
		}),
		403: ({ detail }) => ({
			message: `The API key may not do this: ${detail}`,
			description: 'Ask Lightricks what your account may use, or choose another model.',
		}),
		422: ({ detail }) => ({
			message: `The content was refused by the safety filters: ${detail}`,
			description: 'Change the prompt, or the picture, video or sound that is given.',
		}),
		429: ({ detail }) => ({
			message: `The queue of your account is full: ${detail}`,
			description: 'Wait until running jobs finish, or ask Lightricks for a longer queue.',
		}),
		529: ({ detail }) => ({
			message: `The service is overloaded: ${detail}`,
			description: 'Wait a while and run the workflow again. Jobs that were submitted go on.',
		}),
	},
	retired: {
		message: 'This endpoint no longer exists',
		description: `Check the Base URL of the LTX credential. The usual one is ${BASE_URL}. If it is right, look for a newer version of this package.`,
	},
};

/** What the LTX node calls things, for the engine's errors and hints. */
export const TEXTS: ServiceTexts = {
	name: 'LTX',
	takeOver:
		'Job > Wait takes over from here: give it the job IDs soon, as the API keeps no job for longer than 24 hours.',
	whyGone: 'The API keeps a job for up to 24 hours after its end, and sometimes less.',
	lookFor: 'The API lists no jobs. Look at the usage of your account at console.ltx.io',
	otherWayToFile: 'Get the file with Asset > Download, from an item that has jobId and assetUrl.',
	seeCapacity: 'The queue of your account was full all the time; other programs may use it, too.',
	connectAccount: 'Check the LTX credential.',
	priceList: `Lightricks' price list of ${AS_OF}`,
	unpriced: {
		reason: 'it depends on how long the video or sound is',
		advice:
			'Take From Text or From Image with a duration in seconds, or Extend with a context, whose prices are known',
	},
	seeResult: 'Job > Get with "Download Result" shows it here, and costs nothing.',
};
