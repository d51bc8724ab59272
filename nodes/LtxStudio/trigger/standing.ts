import { claimsToBeOurs, isSameText, verifyReplyReference } from '../../shared/jobs/reference';

/**
 * What is known of the sender of a callback before the API is asked: `secret` knows the secret, `reference` brings an
 * authentic reference, `unproven` brings nothing, and `forged` brings something that is not right.
 */
export type Standing = 'secret' | 'reference' | 'unproven' | 'forged';

interface Evidence {
	token: string;
	/** The secret that the user has set. */
	secret: string | undefined;
	/** The secret in the URL that was called. */
	givenSecret: string | undefined;
	/** The resume URL in the URL that was called, which a reference covers. */
	resumeUrl: string | undefined;
}

/** Judges a callback by what it brings along. The API itself signs nothing. */
export function judge(replyRef: unknown, evidence: Evidence): Standing {
	const { token, secret, givenSecret, resumeUrl } = evidence;
	if (secret !== undefined && givenSecret !== undefined && isSameText(secret, givenSecret)) {
		return 'secret';
	}
	if (claimsToBeOurs(replyRef)) {
		return verifyReplyReference(replyRef, token, resumeUrl) ? 'reference' : 'forged';
	}
	return secret === undefined ? 'unproven' : 'forged';
}
