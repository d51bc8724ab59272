import type { IAuthenticateGeneric, Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

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
			default: 'https://api.useapi.net',
			placeholder: 'https://api.useapi.net',
			description:
				'Where the API is. Change it only for a service that is compatible with useapi.net.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.token}}' } },
	};
}
