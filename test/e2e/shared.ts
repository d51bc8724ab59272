import type { Owner } from '../n8n-host/api';
import type { N8n } from '../n8n-host/instance';

/** The n8n that all tests of a run share, and what they need to use it. */
export interface SharedN8n extends Pick<
	N8n,
	'url' | 'version' | 'userFolder' | 'filesFolder' | 'logFile'
> {
	/** The packed package that is installed in it. */
	tarball: string;
	/** The owner's session. Logging in again and again would run into n8n's rate limit. */
	cookie: string;
}

/** The owner of every n8n that tests start. */
export const OWNER: Owner = {
	email: 'owner@example.com',
	password: 'Owner-password-1',
	firstName: 'Test',
	lastName: 'Owner',
};

const VARIABLE = 'E2E_SHARED_N8N';

/** Hands the shared n8n over from jest's global setup to the tests. */
export function publishSharedN8n(shared: SharedN8n): void {
	process.env[VARIABLE] = JSON.stringify(shared);
}

/** @throws Error outside of a run of the e2e tests */
export function sharedN8n(): SharedN8n {
	const published = process.env[VARIABLE];
	if (published === undefined) throw new Error('No n8n has been started by the global setup');
	return JSON.parse(published) as SharedN8n;
}
