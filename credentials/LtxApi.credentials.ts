import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

import { LTX_API } from '../nodes/Ltx/service/texts';
import { bearer, testRules } from '../nodes/shared/api/keyCredential';

export class LtxApi implements ICredentialType {
	name = 'ltxApi';

	displayName = 'LTX API';

	icon: Icon = { light: 'file:../icons/ltx.svg', dark: 'file:../icons/ltx.dark.svg' };

	documentationUrl = 'https://docs.ltx.io/authentication';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'A key from console.ltx.io. Videos are paid for with the credits bought there.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: LTX_API.usualBaseUrl,
			placeholder: LTX_API.usualBaseUrl,
			description:
				"Where the API is. Change it only for a service that is compatible with Lightricks' LTX API.",
		},
	];

	authenticate = bearer(LTX_API, 'Paste one from console.ltx.io.');

	/**
	 * Asks for a place to upload a file to, and uploads none: the one call that needs a valid key, changes nothing and
	 * costs nothing. It cannot tell whether there are credits left, or which models the key may use.
	 */
	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			baseURL: '={{$credentials.baseUrl}}',
			url: '/v1/upload',
			timeout: 15_000,
		},
		rules: testRules(LTX_API, { 403: 'the key was refused' }),
	};
}
