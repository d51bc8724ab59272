import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

import { bearer, testRules } from '../nodes/shared/api/keyCredential';
import { USEAPI } from '../nodes/shared/useapi/api';

export class UseapiApi implements ICredentialType {
	name = 'useapiApi';

	displayName = 'useapi.net API';

	icon: Icon = { light: 'file:../icons/useapi.svg', dark: 'file:../icons/useapi.dark.svg' };

	documentationUrl = 'https://useapi.net/docs/start-here/setup-useapi';

	properties: INodeProperties[] = [
		{
			displayName: 'API Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'user:1234-abcdefghijklmnopqrst',
			description: 'The whole token from your useapi.net account, including the "user:" in front',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: USEAPI.usualBaseUrl,
			placeholder: USEAPI.usualBaseUrl,
			description:
				'Where the API is. Change it only for a service that is compatible with useapi.net.',
		},
	];

	authenticate = bearer(USEAPI, 'Paste the one of your useapi.net account.');

	/** Reads the subscription, which is there whatever becomes of a single API. */
	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: '/v2/account', timeout: 15_000 },
		rules: testRules(USEAPI, { 402: 'subscription' }),
	};
}
