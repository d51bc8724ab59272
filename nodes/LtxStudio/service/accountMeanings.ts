import type { Explanation } from '../../shared/api/explain';

/** What 404 means where an account is named. */
export const unknownAccount = (email: string): Record<404, Explanation> => ({
	404: {
		message: `The account "${email}" is not configured`,
		description:
			'Check the Account field. Account > Get Many lists the configured accounts, Account > Create or Update adds one.',
	},
});
