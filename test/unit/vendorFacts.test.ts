import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INodeProperties } from 'n8n-workflow';

import { ltxStudio, operationsOf } from '../../build/catalogue';
import { LtxStudioSessionApi } from '../../credentials/LtxStudioSessionApi.credentials';
import {
	IMAGE_CREATE_MODELS,
	IMAGE_EDIT_MODELS,
	LTX_MODELS,
	priceOf,
	VEO_MODELS,
} from '../../nodes/LtxStudio/models';

const isField = (option: object): option is INodeProperties => 'type' in option;

/** Everything that a form says. */
const textOf = (fields: readonly INodeProperties[]): string =>
	fields
		.map(({ displayName, description = '', hint = '', options = [] }) =>
			[displayName, description, hint, textOf(options.filter(isField))].join(' '),
		)
		.join('\n');

const forms = new Map(
	operationsOf(ltxStudio).map(({ path, facts }) => [path, textOf(facts.description)]),
);

const GENERATIONS = [
	'image/create',
	'image/edit',
	'image/upscale',
	'video/createLtx',
	'video/createVeo',
];

/** What the vendor's pages say, where people have to know it, and by which words it is found there. */
const FACTS: Array<[fact: string, forms: string[], words: RegExp]> = [
	['sign out before signing in', ['account/create'], /sign out at app\.ltx\.studio, sign in again/],
	['close the tab without signing out', ['account/create'], /close the tab without signing out/],
	['clear cookies before using a browser', ['account/create'], /Clear the cookies/],
	['the cookie lasts 3 months', ['account/create'], /3 months/],
	['slow beyond about 10 jobs', ['account/create', ...GENERATIONS], /slows down beyond about 10/],
	['renewing leaves the maximum of jobs', ['account/create'], /Stays as it is if not set/],
	[
		'little moderation',
		['image/create', 'image/edit', 'video/createLtx'],
		/Moderates little: it can make adult content/,
	],
	['strict moderation', ['video/createVeo'], /Moderates strictly \(PG-13\)/],
	[
		'cancelling stops the tracking only',
		['scheduler/cancel'],
		/still makes it, and it still costs/,
	],
	['a picture is needed', ['video/createLtx'], /starts or ends with a picture/],
	['two kinds of uploads', ['asset/upload'], /keeps the two apart/],
	['prices, and as of when', ['video/createLtx', 'image/create'], /list of October 2025/],
	['no price', ['image/upscale', 'video/createVeo'], /no price in the vendor's list/],
];

it.each(FACTS)('%s: said in the forms of %j', (_, paths, words) => {
	for (const path of paths) expect(forms.get(path)).toMatch(words);
});

it('the credential of a session says how to get a cookie and how to keep it', () => {
	const text = textOf(new LtxStudioSessionApi().properties);
	for (const words of [/Sign out/, /sign in again/, /close the tab/, /Clear the cookies/]) {
		expect(text).toMatch(words);
	}
});

it.each([
	['flux', IMAGE_CREATE_MODELS, 0.015],
	['flux', IMAGE_EDIT_MODELS, 0.015],
	['ltxv-turbo', LTX_MODELS, 0.025],
	['ltxv', LTX_MODELS, 0.081],
	['veo2', VEO_MODELS, 1.129],
	['flux-premium', IMAGE_CREATE_MODELS, undefined],
	['nano-banana', IMAGE_EDIT_MODELS, undefined],
	['veo3', VEO_MODELS, undefined],
	['veo3-fast', VEO_MODELS, undefined],
])('the price of %s is that of the vendor', (name, models, price) => {
	const model = models[name];
	expect(model && priceOf(model)?.usd).toBe(price);
});

it.each([
	['experimental', /"experimental"/],
	['retired', /retired for low demand/],
	['moderation', /moderate little and can make adult content, Veo moderates strictly/],
	['stopped runs', /what was submitted goes on and is charged/],
	['Luma makes no videos here', /examples\/luma-picture-to-video\.json/],
])('the README says: %s', (_, words) => {
	const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
	expect(readme.replace(/\s+/g, ' ')).toMatch(words);
});

it.each([
	['sign out first', /Sign \*\*out\*\* at app\.ltx\.studio, and in again/],
	['clear cookies', /clear the cookies of ltx\.studio/],
])('the page on the cookie says: %s', (_, words) => {
	expect(readFileSync(join(__dirname, '../../docs/cookie.md'), 'utf8')).toMatch(words);
});
