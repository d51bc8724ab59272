import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { checkCookie } from './cookie';

/** Tests that a cookie has all its parts; whether LTX Studio takes it shows when the account is created. */
export function testLtxStudioSessionApi(
	this: ICredentialTestFunctions,
	{ data }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const cookie = checkCookie(typeof data?.cookie === 'string' ? data.cookie : '');
	return Promise.resolve(
		cookie.ok
			? { status: 'OK', message: 'The cookie has all its parts' }
			: {
					status: 'Error',
					message: `The cookie lacks ${cookie.missing.join(', ')}. Copy the whole Cookie header of app.ltx.studio again.`,
				},
	);
}
