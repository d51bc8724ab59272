import type { ApiRequest } from '../../../shared/api/request';

/**
 * What the statuses of an upload mean; those that are the same for every call are explained there.
 * @see https://useapi.net/docs/api-luma-v1/post-luma-assets
 */
export const uploadMeanings = (email: string): NonNullable<ApiRequest['meanings']> => ({
	400: ({ detail }) => ({
		message: `Luma did not take the picture: ${detail}`,
		description: 'Give a JPEG, PNG or WebP picture of up to 20 MB that is not empty.',
	}),
	404: {
		message: `The Luma account "${email}" is not configured`,
		description:
			'Check the Account field: its list shows the accounts that are configured at useapi.net. Add a missing one there with POST /v1/luma/accounts.',
	},
	596: ({ detail }) => ({
		message: `The session of the Luma account "${email}" is dead`,
		description: `Trying again does not help. Add the account again at useapi.net with POST /v1/luma/accounts, then run the node again. The API says: ${detail}`,
	}),
});
