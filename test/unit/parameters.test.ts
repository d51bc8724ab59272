import type { INodeProperties, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

import { Ltx } from '../../nodes/Ltx/Ltx.node';
import { LtxStudio } from '../../nodes/LtxStudio/LtxStudio.node';
import { LtxStudioTrigger } from '../../nodes/LtxStudio/LtxStudioTrigger.node';
import { Luma } from '../../nodes/Luma/Luma.node';

const NODES = [new Ltx(), new LtxStudio(), new LtxStudioTrigger(), new Luma()].map(
	({ description }) => description,
);

/** Fields whose label says all, or which are no fields. */
const SELF_EXPLAINING = /^(resource|operation)$/;
const NOT_A_FIELD = /^(notice|hidden|credentials)$/;

const isField = (option: object): option is INodeProperties => 'type' in option;
const isChoice = (option: object): option is INodePropertyOptions => 'value' in option;

const choicesOf = ({ options = [] }: INodeProperties) => options.filter(isChoice);

/** The fields of a form, those in collections too. */
const fieldsOf = (properties: INodeProperties[]): INodeProperties[] =>
	properties.flatMap((property) =>
		property.type === 'collection'
			? fieldsOf((property.options ?? []).filter(isField))
			: NOT_A_FIELD.test(property.type)
				? []
				: [property],
	);

/** The only value of another field with which a field is shown. */
const shownWith = ({ displayOptions }: INodeProperties, other: string) =>
	displayOptions?.show?.[other]?.[0] as string | undefined;

const placeOf = (field: INodeProperties) =>
	[shownWith(field, 'resource'), shownWith(field, 'operation'), field.name]
		.filter((part) => part !== undefined)
		.join('/');

/** n8n's rule: a single sentence ends without a full stop, several end with one. */
const isPunctuated = (text: string) => /[.?!] /.test(text) === text.endsWith('.');

const named = (description: INodeTypeDescription) =>
	[description.displayName, description] as const;

describe.each(NODES.map(named))('the form of %s', (_, { properties }) => {
	const fields = fieldsOf(properties);
	const described = fields.filter(({ name }) => !SELF_EXPLAINING.test(name));

	it.each(described.map((field) => [placeOf(field), field] as const))(
		'describes %s in sentences',
		(_place, { description = '' }) => {
			expect(description).not.toBe('');
			expect(description).toMatch(/^[A-Z"]/);
			expect(isPunctuated(description.replace(/e\.g\. /g, ''))).toBe(true);
		},
	);

	const limited = fields.filter(({ typeOptions }) => typeOptions?.maxValue !== undefined);

	it('names the limits of every number that has some', () => {
		for (const { description, typeOptions } of limited) {
			expect(description).toContain(
				`${String(typeOptions?.minValue)} to ${String(typeOptions?.maxValue)}`,
			);
		}
	});

	it('explains every choice whose name does not say all', () => {
		const silent = fields
			.filter(({ type, name }) => type === 'options' && /^(operation|resource|model)$/.test(name))
			.flatMap(choicesOf)
			.filter(({ description = '' }) => description === '');
		expect(silent).toEqual([]);
	});

	it('gives each operation an action of its own', () => {
		const actions = fields
			.filter(({ name }) => name === 'operation')
			.flatMap(choicesOf)
			.map(({ action }) => action);
		for (const action of actions) expect(action).toMatch(/^[A-Z][a-z]+ /);
		expect(new Set(actions).size).toBe(actions.length);
	});
});

describe('the form of LTX Studio', () => {
	const { properties } = new LtxStudio().description;
	const fields = fieldsOf(properties);

	it.each([
		['prompt', 2000],
		['lighting', 2000],
		['location', 2000],
		['weather', 2000],
		['replyUrl', 1024],
	])('says how long %s can be', (name, limit) => {
		const matching = fields.filter((field) => field.name === name);
		expect(matching).not.toEqual([]);
		for (const { description } of matching) {
			expect(description).toContain(`up to ${limit} characters`);
		}
	});

	it('tells the price of each model of each operation, or that there is none', () => {
		const models = fields
			.filter(({ name }) => name === 'model')
			.flatMap(({ options = [] }) => options as INodePropertyOptions[]);
		expect(models).not.toEqual([]);
		for (const { description } of models) {
			expect(description).toMatch(/(About \$\d+\.\d+ each|The vendor gives no price)\.$/);
		}
	});
});
