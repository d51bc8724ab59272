import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

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
			default: 'https://api.ltx.io',
			placeholder: 'https://api.ltx.io',
			description:
				"Where the API is. Change it only for a service that is compatible with Lightricks' LTX API.",
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey}}' } },
	};

	/**
	 * Asks for a place to upload a file to, and uploads none: the one call that needs a valid key, changes nothing and
	 * costs nothing. It cannot tell whether there are credits left, or which models the key may use.
	 */
	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			baseURL: '={{$credentials.baseUrl}}',
			url: '/v1/upload',
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'The API key is not valid. Copy it anew from console.ltx.io.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'There is no LTX API at this Base URL. The usual one is https://api.ltx.io.',
				},
			},
		],
	};
}
