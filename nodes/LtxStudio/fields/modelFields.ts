import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { formatPrice } from '../../shared/jobs/price';
import { showIf } from '../../shared/n8n/display';
import type { FieldReader } from '../../shared/n8n/fieldReader';
import { oneOf } from '../../shared/words';
import type { MediaType } from '../service/jobId';
import {
	MODERATION,
	modelsWith,
	PRICE_LIST,
	priceOf,
	type Model,
	type ModelParameter,
	type Models,
} from '../models';

/** The Model drop-down of an operation, and what the chosen one costs; the first model is the default. */
export function modelFields(models: Models): INodeProperties[] {
	const [preset = ''] = Object.keys(models);
	return [
		{
			displayName: 'Model',
			name: 'model',
			type: 'options',
			default: preset,
			description: 'The AI model to use',
			options: Object.entries(models).map(([value, model]) => ({
				name: model.name,
				value,
				description: `${model.description} ${inShort(model)}`,
			})),
		},
		...modelNotices(models),
	];
}

const inShort = (model: Model) => {
	const price = priceOf(model);
	return price === undefined
		? 'The vendor gives no price.'
		: `About ${formatPrice(price.usd)} each.`;
};

/** What the vendor says of the price and the moderation of each model, for those of which it says the same. */
function modelNotices(models: Models): INodeProperties[] {
	const groups = new Map<string, Array<[value: string, model: Model]>>();
	for (const [value, model] of Object.entries(models)) {
		const text = `${priceText(model)} ${MODERATION[model.moderation]}`;
		groups.set(text, [...(groups.get(text) ?? []), [value, model]]);
	}
	// The names, since all are shown where the model comes from an expression.
	return [...groups].map(([text, group], index) => ({
		displayName: `${group.map(([, { name }]) => name).join(', ')}: ${text}`,
		name: `modelNotice${index}`,
		type: 'notice',
		default: '',
		displayOptions: { show: { model: group.map(([value]) => value) } },
	}));
}

function priceText(model: Model): string {
	const price = priceOf(model);
	return price === undefined
		? `no price in the vendor's list of ${PRICE_LIST.asOf}.`
		: `about ${formatPrice(price.usd)} an item (${model.credits ?? 0} credits), by the vendor's list of ${PRICE_LIST.asOf} for its ${PRICE_LIST.plan}${hasLengths(model) ? ', which names no length' : ''}.`;
}

const hasLengths = ({ supports: { duration } }: Model) =>
	typeof duration === 'object' && duration.length > 1;

/** Shows a field for those models only that can use it. */
export const forModels = (
	models: Models,
	parameter: ModelParameter,
	field: INodeProperties,
): INodeProperties => showForModels(models, modelsWith(models, parameter), field);

function showForModels(
	models: Models,
	able: readonly string[],
	field: INodeProperties,
): INodeProperties {
	return able.length === Object.keys(models).length ? field : showIf({ model: [...able] }, field);
}

/** Shows a field as a required one for those models that cannot do without it. */
export function requiredByModel(
	models: Models,
	parameter: ModelParameter,
	{ optional, required }: { optional: INodeProperties; required: INodeProperties },
): INodeProperties[] {
	const needing = Object.keys(models).filter((value) =>
		models[value]?.requires?.includes(parameter),
	);
	const others = modelsWith(models, parameter).filter((value) => !needing.includes(value));
	return [
		// Not marked as required: n8n shows both where the model comes from an expression, and would refuse to run.
		showIf({ model: needing }, required),
		showIf({ model: others }, optional),
	];
}

interface ChoiceField {
	displayName: string;
	description: string;
	/** The label of a value, if it is not the value itself. */
	label?: (value: string) => string;
}

/** A drop-down whose values differ between models: one field for each set of values. The first value is the default. */
export function choiceByModel(
	models: Models,
	parameter: ModelParameter,
	{ displayName, description, label = (value) => value }: ChoiceField,
): INodeProperties[] {
	const groups = new Map<string, { values: readonly string[]; models: string[] }>();
	for (const [model, { supports }] of Object.entries(models)) {
		const values = supports[parameter];
		if (values === undefined || values === true) continue;
		const key = values.join();
		const group = groups.get(key) ?? { values, models: [] };
		group.models.push(model);
		groups.set(key, group);
	}
	return [...groups.values()].map(({ values, models: able }) => {
		const [first = ''] = values;
		return showForModels(models, able, {
			displayName,
			name: parameter,
			type: 'options',
			default: first,
			description,
			options: values.map((value): INodePropertyOptions => ({ name: label(value), value })),
		});
	});
}

/** Reads the model, and checks that no parameter is set which it cannot use. */
export function readModel(form: FieldReader, models: Models): { value: string; model: Model } {
	const value = form.choice('model', { allowed: Object.keys(models) });
	const model = models[value];
	if (!model) return form.reject('model', value, oneOf(Object.keys(models)));
	const parameters = new Set(
		Object.values(models).flatMap(({ supports }) => Object.keys(supports)),
	) as Set<ModelParameter>;
	for (const parameter of parameters) {
		if (model.supports[parameter] === undefined && form.fields.isSet(parameter)) {
			const able = modelsWith(models, parameter).map((name) => models[name]?.name ?? name);
			form.reject(
				parameter,
				form.text(parameter),
				`left empty with ${model.name}. It is for ${able.join(' and ')}`,
			);
		}
	}
	for (const parameter of model.requires ?? []) {
		if (form.text(parameter) === undefined) {
			form.rejectAll([parameter], {
				message: `${model.name} needs "${form.fields.label(parameter)}"`,
				advice: needs(models, parameter),
			});
		}
	}
	return { value, model };
}

/** Who can do without a parameter that a model cannot. */
function needs(models: Models, parameter: ModelParameter): string {
	const others = Object.values(models).filter(({ requires }) => !requires?.includes(parameter));
	return `${others.map(({ name }) => name).join(' and ')} can do without.`;
}

/** Reads a drop-down whose values depend on the model. */
export function readChoice(
	form: FieldReader,
	model: Model,
	parameter: ModelParameter,
): string | undefined {
	const allowed = model.supports[parameter];
	return allowed === undefined || allowed === true
		? undefined
		: form.choice(parameter, { allowed });
}

export const durationField = (models: Models): INodeProperties[] =>
	choiceByModel(models, 'duration', {
		displayName: 'Duration',
		description: 'The length of the video',
		label: (seconds) => `${seconds} Seconds`,
	});

/** @param what that has the shape: `image` or `video` */
export const aspectRatioField = (models: Models, what: MediaType): INodeProperties[] =>
	choiceByModel(models, 'aspectRatio', {
		displayName: 'Aspect Ratio',
		description: `The shape of the ${what}`,
	});
