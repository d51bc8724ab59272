import type { INodeParameters, NodePropertyTypes } from 'n8n-workflow';

import {
	ltx as ltxNode,
	ltxStudio,
	operationsOf,
	type CataloguedNode,
} from '../../build/catalogue';
import { parameterName, Tally } from './coverage';
import type { Operation, Parameter, Schema } from './document';
import { flatten, ltx, useapi } from './document';
import type { Field } from './form';
import { offeredValues, walkForm } from './form';
import { MISPLACED, problemsOfJson } from './schemas';

/** A node, and the part of the contract that its form is held to. */
interface Subject {
	node: CataloguedNode;
	operations: readonly Operation[];
}

const subjects: Subject[] = [
	{ node: ltxStudio, operations: useapi.operations.filter(({ tag }) => tag === 'ltxstudio') },
	{ node: ltxNode, operations: ltx.operations },
];

/** Where in the node's form an endpoint is found. */
const placeOf = (
	{ node }: Subject,
	{ method, path }: Operation,
): { resource?: string; operation?: string } => {
	const endpoint = `${method} ${path.slice(1)}`;
	const { resource, operation } =
		operationsOf(node).find(({ facts }) => facts.endpoint === endpoint) ?? {};
	return { ...(resource && { resource }), ...(operation && { operation }) };
};

const BOTH_IN_ONE = {
	fields: ['jobId'],
	because:
		'a job is found only where it was submitted, so that the ID which the node shows says both',
};

/** Parameters that the form sets through fields of other names. */
const equivalents: Record<string, { fields: string[]; because: string }> = {
	'postAssets file': {
		fields: ['source', 'binaryPropertyName', 'url'],
		because: 'a node has no bytes in its form, it names the file that has them',
	},
	'get-job-status endpoint': BOTH_IN_ONE,
	'get-job-status id': BOTH_IN_ONE,
};

/** A drop-down is right for other values too, where the vendor lists them on a page beside the reference. */
const fieldTypes: Record<string, NodePropertyTypes[]> = {
	boolean: ['boolean'],
	integer: ['number', 'options'],
	'integer,null': ['options'],
	number: ['number'],
	string: ['string', 'resourceLocator', 'options'],
};

/** A parameter, as the contract and as the form has it. */
interface Case {
	title: string;
	operation: Operation;
	parameter: Parameter;
	schema: Schema;
	/** The parameter's field, once for each state of the form that shows it. */
	fields: Field[];
	/** Every field of the operation. */
	form: Field[];
}

const casesOf = (subject: Subject, operation: Operation): Case[] => {
	const form = walkForm(subject.node.description, { ...placeOf(subject, operation) });
	return [...operation.parameters, ...fileOf(operation)].map((parameter) => ({
		title: parameterName(operation, parameter.name),
		operation,
		parameter,
		schema: flatten(parameter.schema),
		fields: fieldsNamed(form, parameter.name),
		form,
	}));
};

const cases = subjects.flatMap((subject) =>
	subject.operations.flatMap((operation) => casesOf(subject, operation)),
);

const direct = cases.filter(({ title }) => !(title in equivalents));

function fileOf({ body = {} }: Operation): Parameter[] {
	return '*/*' in body ? [{ name: 'file', in: 'body', required: true, schema: {} }] : [];
}

function fieldsNamed(form: Field[], name: string): Field[] {
	return form.filter(({ property }) => property.name === name);
}

function isSettable({ title, fields, form }: Case): boolean {
	const others = equivalents[title]?.fields.map((name) => fieldsNamed(form, name));
	return (others ?? [fields]).every((found) => found.length > 0);
}

const bodyOf = ({ body }: Operation): Schema | undefined => body?.['application/json'];

/** Whether the contract takes a value of a parameter, together with what is chosen in the form. */
function isAllowed({ operation, parameter }: Case, { model }: INodeParameters, value: unknown) {
	const body = bodyOf(operation);
	if (!body) return true;
	const problems = problemsOfJson(body, { model, [parameter.name]: value });
	return !problems.some((problem) => problem.startsWith(`/${parameter.name} `));
}

/** What the contract adds for the chosen model. */
function branchOf({ operation }: Case, { model }: INodeParameters): Schema | undefined {
	const body = flatten(bodyOf(operation) ?? {});
	return body.if && (problemsOfJson(body.if, { model }).length === 0 ? body.then : body.else);
}

/** What the API takes for a parameter that is left out, together with what is chosen in the form. */
function defaultOf(each: Case, chosen: INodeParameters): unknown {
	const { parameter, schema } = each;
	const branch = branchOf(each, chosen);
	const narrowed = branch?.properties?.[parameter.name];
	return (typeof narrowed === 'object' ? narrowed.default : undefined) ?? schema.default;
}

const places = subjects.flatMap((subject) =>
	subject.operations.map((endpoint) => ({ id: endpoint.id, endpoint, subject })),
);

test.each(places)('$id: has a place in the form', ({ endpoint, subject }) => {
	const { resource, operation } = placeOf(subject, endpoint);
	const fields = walkForm(subject.node.description, { resource });
	const offered = (name: string) =>
		fieldsNamed(fields, name).flatMap(({ property }) => offeredValues(property));
	expect(offered('resource')).toContain(resource);
	expect(offered('operation')).toContain(operation);
});

test.each(subjects)('$node.folder: every parameter can be set from the form', (subject) => {
	const own = cases.filter(({ operation }) => subject.operations.includes(operation));
	const settable = new Tally(own.map(({ title }) => title));
	for (const each of own) if (isSettable(each)) settable.see(each.title);
	const { folder } = subject.node;
	process.stdout.write(`${folder}: parameters that the form can set: ${settable.toString()}\n`);
	expect(settable.missing).toEqual([]);
});

test.each(direct)('$title: a field of the right kind', ({ schema, fields }) => {
	const kinds = schema.enum ? ['options'] : fieldTypes[String(schema.type)];
	for (const { property } of fields) expect(kinds).toContain(property.type);
});

const choices = direct.filter(({ schema }) => schema.enum !== undefined);

test.each(choices)('$title: offers the values that go with the model', (choice) => {
	const { enum: values = [] } = choice.schema;
	const offered = choice.fields.flatMap(({ property }) => offeredValues(property));
	expect(new Set(offered)).toEqual(new Set(values));
	for (const { property, chosen } of choice.fields) {
		const allowed = values.filter((value) => isAllowed(choice, chosen, value));
		expect(offeredValues(property).sort()).toEqual(allowed.sort());
	}
});

const limited = direct.filter(({ schema }) => 'minimum' in schema || 'maximum' in schema);

test.each(limited)('$title: has the limits of the API', ({ schema, fields }) => {
	for (const { property } of fields) {
		const { minValue, maxValue } = property.typeOptions ?? {};
		expect({ minValue, maxValue }).toEqual({ minValue: schema.minimum, maxValue: schema.maximum });
	}
});

const preset = direct.filter((each) =>
	each.fields.some(({ chosen }) => defaultOf(each, chosen) !== undefined),
);

test.each(preset)('$title: has the default of the API', (each) => {
	for (const { property, chosen } of each.fields) {
		expect(property.default).toBe(defaultOf(each, chosen));
	}
});

const ofModels = direct.filter(({ form }) => form.some(({ chosen }) => 'model' in chosen));

test.each(ofModels)('$title: is shown for the models that have it', (each) => {
	const { operation, parameter, fields, form } = each;
	const models = fieldsNamed(form, 'model').flatMap(({ property }) => offeredValues(property));
	for (const model of models) {
		const problems = problemsOfJson(bodyOf(operation) ?? {}, { model, [parameter.name]: null });
		const isShown = fields.some(({ chosen }) => chosen.model === model);
		const isMisplaced = problems.includes(`/${parameter.name} ${MISPLACED}`);
		expect([model, isShown]).toEqual([model, !isMisplaced]);
	}
});

// A drop-down always has a value, so that none has to be required.
const fillable = direct.filter(({ schema }) => schema.enum === undefined);

test.each(fillable)('$title: is required where the API requires it', (each) => {
	const { parameter, fields } = each;
	for (const { property, chosen } of fields) {
		if (property.type === 'options') continue;
		const requires = branchOf(each, chosen)?.required?.includes(parameter.name) ?? false;
		// What only some models require may be left to the check of the item.
		expect([parameter.required, parameter.required || requires]).toContain(
			property.required ?? false,
		);
	}
});
