import type { ApiDescription } from '../api/description';

/** What all APIs of useapi.net have in common. */
export const USEAPI: ApiDescription = {
	credential: 'useapiApi',
	label: 'useapi.net credential',
	key: {
		field: 'token',
		label: 'API token',
		hint: 'If it does not start with "user:", that part was lost when copying.',
	},
	usualBaseUrl: 'https://api.useapi.net',
	meanings: {
		402: ({ detail }) =>
			/subscription/i.test(detail)
				? {
						message: 'The useapi.net subscription is not active',
						description: 'Renew the subscription in your useapi.net account, then try again.',
					}
				: {
						message: 'The account has not enough credits',
						description: `Top up the account, or choose another one in the Account field. The API says: ${detail}.`,
					},
		412: ({ detail }) => ({
			message: 'The account lacks the credits for this generation',
			description: `Top up the account. The API says: ${detail}.`,
		}),
		422: ({ detail }) => ({
			message: `The content was refused by moderation: ${detail}`,
			description: 'Change the prompt or the picture.',
		}),
		429: ({ detail }) => ({
			message: `All slots are busy: ${detail}`,
			description: 'Wait until running jobs finish, or raise the maximum of jobs of the account.',
		}),
		596: ({ detail }) => ({
			message: `The account's session is dead: ${detail}`,
			description:
				'Trying again does not help. Add the account again at useapi.net, then run the node again.',
		}),
	},
	retired: {
		message: 'This endpoint no longer exists',
		description:
			'useapi.net has retired some of its APIs. If you use a compatible service, set its address as Base URL in the useapi.net credential.',
	},
	confidential: {
		keys: [
			'authorization',
			'cookie',
			'password',
			'secret',
			'set-cookie',
			'token',
			'access_token',
			'id_token',
			'refresh_token',
		],
		text: [/\buser:\d+-\w{8,}/g],
	},
};
