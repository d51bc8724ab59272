export const LUMA = 'v1/luma';

/** @see https://useapi.net/docs/api-luma-v1/post-luma-assets */
export interface UploadAnswer {
	assetRef?: string;
	email?: string;
	upload?: { id?: string; media?: { url?: string } };
	error?: string;
}

/** The accounts by e-mail. The endpoint is named by an error of the API and not described: all but the keys may be missing. */
export type AccountsAnswer = Record<string, { error?: string } | null>;
