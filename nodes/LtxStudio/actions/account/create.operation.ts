import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { simplifyField } from '../../../shared/n8n/commonFields';
import type { FieldReader } from '../../../shared/n8n/fieldReader';
import { itemOperation, requestTo } from '../../../shared/n8n/itemOperation';
import { ACCOUNT_OUTPUT, toAccount, type AccountAnswer } from '../../service/account';
import { checkCookie } from '../../service/cookie';
import { PAGES } from '../operation';

const SOURCES = { credential: 'credential', parameter: 'parameter' } as const;

const fields: INodeProperties[] = [
	{
		displayName:
			'The cookie lasts 3 months: then run this again with a fresh one. After copying it, close the browser tab without signing out.',
		name: 'cookieNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Cookie From',
		name: 'cookieSource',
		type: 'options',
		default: 'credential',
		description: 'Where the cookie of the LTX Studio account comes from',
		options: [
			{
				name: 'Credential',
				value: SOURCES.credential,
				description: 'The LTX Studio Session credential of this node',
			},
			{
				name: 'Field',
				value: SOURCES.parameter,
				description: 'The field below, for many accounts by expression',
			},
		],
	},
	{
		displayName: 'Cookie',
		name: 'cookie',
		type: 'string',
		typeOptions: { password: true },
		required: true,
		default: '',
		placeholder: 'lt_id=…; lt_token=…; lt_refresh_token=…',
		description: 'The whole cookie of app.ltx.studio with lt_id, lt_token and lt_refresh_token',
		displayOptions: { show: { cookieSource: [SOURCES.parameter] } },
	},
	{
		displayName: 'Maximum Running Jobs',
		name: 'maxJobs',
		type: 'number',
		default: 20,
		typeOptions: { minValue: 1, maxValue: 100 },
		description:
			'How many jobs the account may run at once, 1 to 100. LTX Studio slows down beyond about 10.',
	},
	simplifyField,
];

const endpoint = 'POST v1/ltxstudio/accounts';

/** Connects an LTX Studio account to useapi.net, or renews its cookie. */
export const create = itemOperation({
	name: 'Create or Update',
	summary: 'Connect an LTX Studio account, or renew its cookie',
	action: 'Create or update an account',
	endpoint,
	page: `${PAGES}/post-ltxstudio-accounts`,
	output: ACCOUNT_OUTPUT,
	description: fields,
	read: (form) => ({
		cookie:
			form.choice('cookieSource') === SOURCES.parameter
				? readCookie(form, form.text('cookie', { required: true, secret: true }))
				: undefined,
		maxJobs: form.integer('maxJobs'),
		simplify: form.boolean('simplify'),
		form,
	}),
	execute: async ({ client, context }, { form, cookie: given, maxJobs, simplify }) => {
		const cookie = given ?? readCookie(form, await readCredential(context));
		const account = await client.request<AccountAnswer>({
			...requestTo(endpoint),
			body: { cookie: cookie.text, maxJobs },
			// The same account is only written again.
			repeatable: true,
			secrets: cookie.secrets,
		});
		return [{ json: toAccount(account, { simplify }) }];
	},
});

async function readCredential(context: IExecuteFunctions): Promise<string> {
	const { cookie } = await context.getCredentials<{ cookie: string }>('ltxStudioSessionApi');
	return cookie;
}

function readCookie(form: FieldReader, text: string) {
	const cookie = checkCookie(text);
	if (cookie.ok) return cookie;
	return form.reject(
		'cookie',
		`a cookie with ${cookie.present.join(', ') || 'none of the parts needed'}`,
		`a cookie with ${cookie.missing.join(', ')} too`,
	);
}
