import { NodeOperationError, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

import { optionsField, simplifyField } from '../../../shared/n8n/commonFields';
import type { FieldReader } from '../../../shared/n8n/fieldReader';
import { itemOperation, requestTo } from '../../../shared/n8n/itemOperation';
import { itemLabel } from '../../../shared/n8n/items';
import { ofVersion1, sinceVersion11 } from '../../versions';
import { ACCOUNT_OUTPUT, readAccounts, sendForAccount, toAccount } from '../../service/account';
import { checkCookie } from '../../service/cookie';
import { PAGES } from '../operation';

const SOURCES = { credential: 'credential', parameter: 'parameter' } as const;

const maxJobsField: INodeProperties = {
	displayName: 'Maximum Running Jobs',
	name: 'maxJobs',
	type: 'number',
	default: 20,
	typeOptions: { minValue: 1, maxValue: 100 },
	description:
		'How many jobs the account may run at once, 1 to 100. Stays as it is if not set, and is 20 for a new account. LTX Studio slows down beyond about 10.',
};

const fields: INodeProperties[] = [
	{
		displayName:
			'The cookie lasts 3 months: then run this again with a fresh one. To get one, sign out at app.ltx.studio, sign in again, copy it, and close the tab without signing out. Clear the cookies of ltx.studio before you use the account in a browser again.',
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
				description: 'The LTX Studio Session API credential of this node',
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
		description:
			'The whole cookie of app.ltx.studio with lt_id, lt_token and lt_refresh_token. Use an expression: what is typed here can be read by everybody who can open the workflow. A single cookie belongs into the credential.',
		displayOptions: { show: { cookieSource: [SOURCES.parameter] } },
	},
	ofVersion1(maxJobsField),
	ofVersion1(simplifyField),
	sinceVersion11(optionsField([maxJobsField, simplifyField])),
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
		// What was 20 in the form of version 1 may as well not have been looked at.
		maxJobs: form.fields.isSet('maxJobs') ? form.integer('maxJobs') : undefined,
		simplify: form.boolean('simplify'),
		form,
	}),
	execute: async ({ client, context, item }, { form, cookie: given, maxJobs, simplify }) => {
		if (item === 0) warnOfLiteral(context);
		const cookie = given ?? readCookie(form, await readCredential(context));
		const { secrets } = cookie;
		const write = async (most: number | undefined) =>
			await sendForAccount(client, {
				...requestTo(endpoint),
				body: { cookie: cookie.text, ...(most === undefined ? {} : { maxJobs: most }) },
				// The same account is only written again.
				repeatable: true,
				secrets,
			});
		const before = maxJobs === undefined ? await readAccounts(client, secrets) : {};
		const written = await write(maxJobs);
		if (!written.ok) throw client.error(written.failure);
		const account = written.body;
		// The vendor's page says that there is a default, and not whether it takes the place of what was set before.
		const kept = before[account.email ?? '']?.maxJobs ?? account.maxJobs;
		if (maxJobs !== undefined || kept === account.maxJobs) {
			return [{ json: toAccount(account, { simplify }) }];
		}
		const again = await write(kept);
		if (again.ok) return [{ json: toAccount(again.body, { simplify }) }];
		throw new NodeOperationError(context.getNode(), client.explain(again.failure).message, {
			description: `${itemLabel(item, context.getInputData().length)}: the cookie of ${account.email} was renewed, but the API has set "Maximum Running Jobs" from ${kept} to ${account.maxJobs}. Run this again with ${kept} in that field.`,
			itemIndex: item,
		});
	},
});

/** A cookie that was typed in is stored with the workflow and with each of its executions, and goes along with every copy. */
function warnOfLiteral(context: IExecuteFunctions): void {
	const { cookieSource, cookie } = context.getNode().parameters;
	if (cookieSource !== SOURCES.parameter) return;
	if (typeof cookie !== 'string' || cookie.startsWith('=')) return;
	context.addExecutionHints({
		message:
			'The cookie stands in this workflow as it was typed, and can be read by everybody who can open it. Set "Cookie From" to "Credential", or use an expression.',
		type: 'warning',
		location: 'outputPane',
	});
}

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
