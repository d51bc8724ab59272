import { createHash, timingSafeEqual } from 'crypto';

import type { JobAnswer } from '../service/job';
import { readReplyReference, verifyReplyReference } from '../../shared/jobs/reference';

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
export function judge({ replyRef }: JobAnswer, evidence: Evidence): Standing {
	const { token, secret, givenSecret, resumeUrl } = evidence;
	if (secret !== undefined && givenSecret !== undefined && isSame(secret, givenSecret)) {
		return 'secret';
	}
	if (readReplyReference(replyRef)) {
		return verifyReplyReference(replyRef, token, resumeUrl) ? 'reference' : 'forged';
	}
	return secret === undefined ? 'unproven' : 'forged';
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Compares in constant time, whatever the lengths. */
const isSame = (one: string, other: string) => timingSafeEqual(digest(one), digest(other));
