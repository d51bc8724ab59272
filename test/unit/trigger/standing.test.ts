import { judge } from '../../../nodes/LtxStudio/trigger/standing';
import { userReferenceOf } from '../../../nodes/LtxStudio/service/job';
import { referenceOf } from '../jobs/scripted';

const TOKEN = 'token';
const GENUINE = referenceOf(0);
const NO_SECRET = {
	readToken: () => Promise.resolve(TOKEN),
	secret: undefined,
	givenSecret: undefined,
	resumeUrl: undefined,
};

describe('the standing of a callback', () => {
	it.each([
		['reference', GENUINE],
		['unproven', undefined],
		['unproven', 'order-7'],
		['unproven', 'n8n.my-own'],
		['unproven', 'n8n2'],
		['forged', `${GENUINE}x`],
		['forged', GENUINE.slice(0, 40)],
		['forged', 'n8n2.'],
		['forged', 'n8n2.order-7'],
		['forged', `n8n2.${'x'.repeat(2000)}`],
		['forged', 'n8n2.a.b.c.d.not an item.e.f'],
	])('is %s with the reference %j', async (standing, reference) => {
		expect(await judge(reference, NO_SECRET)).toBe(standing);
	});

	it.each([
		['secret', 'open', undefined],
		['secret', 'open', 'n8n2.order-7'],
		['forged', 'shut', 'order-7'],
		['forged', undefined, undefined],
		['reference', undefined, GENUINE],
	])(
		'is %s where a secret is set, %j is given, and the reference is %j',
		async (standing, given, ref) => {
			const evidence = { ...NO_SECRET, secret: 'open', givenSecret: given };
			expect(await judge(ref, evidence)).toBe(standing);
		},
	);
});

it.each([undefined, 'order-7'])(
	'no token is read for the reference %j, which claims nothing',
	async (reference) => {
		const readToken = () => Promise.reject(new Error('It was read'));
		expect(await judge(reference, { ...NO_SECRET, readToken })).toBe('unproven');
	},
);

it.each([
	['order-7', 'order-7'],
	[GENUINE, null],
	[`${GENUINE}.order-7`, 'order-7'],
	['n8n2.order-7', null],
	[`n8n2.${'x'.repeat(2000)}`, null],
	['n8n.my-own', 'n8n.my-own'],
])('of the reference %j, %j is the user’s own', (reference, own) => {
	expect(userReferenceOf(reference)).toBe(own);
});
