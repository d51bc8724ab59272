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
				'The cookie of an LTX Studio account, needed once to connect that account to useapi.net. It lasts 3 months. Sign out at app.ltx.studio, sign in again, copy the whole Cookie header of the "me" request, then close the tab without signing out. Clear the cookies of ltx.studio before you use the account in a browser again.',
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
