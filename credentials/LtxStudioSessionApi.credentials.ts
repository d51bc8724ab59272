import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** Not in the field itself: n8n's rules tell secrets by their names, among which `cookie` is not. */
const MASKED = { password: true };

export class LtxStudioSessionApi implements ICredentialType {
	name = 'ltxStudioSessionApi';

	displayName = 'LTX Studio Session API';

	icon: Icon = { light: 'file:../icons/ltxStudio.svg', dark: 'file:../icons/ltxStudio.dark.svg' };

	documentationUrl = 'https://useapi.net/docs/start-here/setup-ltxstudio';

	properties: INodeProperties[] = [
		{
			displayName:
				'The cookie of an LTX Studio account, needed once to connect that account to useapi.net. It lasts 3 months. Copy the whole Cookie header of the "me" request of app.ltx.studio, then close the tab without signing out.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Cookie',
			name: 'cookie',
			type: 'string',
			typeOptions: MASKED,
			required: true,
			default: '',
			placeholder: 'lt_id=…; lt_token=…; lt_refresh_token=…',
			description: 'Must hold lt_id, lt_token and lt_refresh_token',
		},
	];
}
