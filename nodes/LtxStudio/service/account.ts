import type { IDataObject } from 'n8n-workflow';

/** @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-accounts-email */
export interface AccountAnswer extends IDataObject {
	email?: string;
	maxJobs?: number;
	updatedUTC?: string;
	tokenExpireUTC?: string;
	refreshTokenExpireUTC?: string;
	balance?: { LTXStudio_token?: number };
	/** Why the account cannot be used. */
	error?: string;
}

/**
 * @param email the account's key in the list, where the answer is one of many
 * @param simplify whether to flatten the answer
 */
export function toAccount(
	{ error, ...answer }: AccountAnswer,
	simplify: boolean,
	email = answer.email,
): IDataObject {
	// A key "error" would make n8n take the item for a failed one.
	const problem = error === undefined ? {} : { accountError: error };
	if (!simplify) return { ...answer, email, ...problem };
	const { maxJobs, balance, updatedUTC, tokenExpireUTC, refreshTokenExpireUTC } = answer;
	return {
		email,
		maxJobs,
		credits: balance?.LTXStudio_token ?? null,
		updatedAt: updatedUTC ?? null,
		tokenExpiresAt: tokenExpireUTC ?? null,
		...(refreshTokenExpireUTC === undefined
			? {}
			: { refreshTokenExpiresAt: refreshTokenExpireUTC }),
		...problem,
	};
}
