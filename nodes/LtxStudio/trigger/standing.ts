import { claimsToBeOurs, isSameText, verifyReplyReference } from '../../shared/jobs/reference';

/**
 * What is known of the sender of a callback before the API is asked: `secret` knows the secret, `reference` brings an
 * authentic reference, `unproven` brings nothing, and `forged` brings something that is not right.
 */
export type Standing = 'secret' | 'reference' | 'unproven' | 'forged';

interface Evidence {
	/** Only a reference that claims to be genuine is worth a look into n8n's database. */
	readToken: () => Promise<string>;
	/** The secret that the user has set. */
	secret: string | undefined;
	/** The secret in the URL that was called. */
	givenSecret: string | undefined;
	/** The resume URL in the URL that was called, which a reference covers. */
	resumeUrl: string | undefined;
}

/** Judges a callback by what it brings along. The API itself signs nothing. */
export async function judge(replyRef: unknown, evidence: Evidence): Promise<Standing> {
	const { readToken, secret, givenSecret, resumeUrl } = evidence;
	if (secret !== undefined && givenSecret !== undefined && isSameText(secret, givenSecret)) {
		return 'secret';
	}
	if (claimsToBeOurs(replyRef)) {
		return verifyReplyReference(replyRef, await readToken(), resumeUrl) ? 'reference' : 'forged';
	}
	return secret === undefined ? 'unproven' : 'forged';
}
