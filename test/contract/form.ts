import type {
	INodeParameters,
	INodeProperties,
	INodeTypeDescription,
	NodeParameterValueType,
} from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

/** A field as it stands in the form, and what is chosen in the form when it stands there. */
export interface Field {
	property: INodeProperties;
	chosen: INodeParameters;
}

/**
 * Walks a node's form as a person could: through every combination of the choices that other fields depend on.
 *
 * @param chosen what is chosen from the start, such as resource and operation
 * @returns every field that can be reached, once for each combination that shows it; those in a
 * collection stand beside those outside
 */
export function walkForm(description: INodeTypeDescription, chosen: INodeParameters): Field[] {
	return combinations(description, chosen).flatMap((combination) =>
		description.properties
			.filter((property) => isShown(description, property, combination))
			.flatMap((property) => [property, ...fieldsWithin(description, property, combination)])
			.map((property) => ({ property, chosen: combination })),
	);
}

/** The values that a drop-down offers, but for the empty one that stands for none. */
export const offeredValues = ({ options = [] }: INodeProperties): NodeParameterValueType[] =>
	options.flatMap((option) => ('value' in option && option.value !== '' ? [option.value] : []));

function combinations(
	description: INodeTypeDescription,
	chosen: INodeParameters,
): INodeParameters[] {
	const conditions = conditionsOf(description);
	return description.properties
		.filter(({ name }) => conditions.has(name) && !(name in chosen))
		.reduce(
			(found, property) =>
				found.flatMap((combination) =>
					isShown(description, property, combination)
						? possibleValues(property, conditions.get(property.name) ?? []).map((value) => ({
								...combination,
								[property.name]: value,
							}))
						: [combination],
				),
			[chosen],
		);
}

/** One value of each kind that other fields tell apart; of the models each. */
function possibleValues(
	property: INodeProperties,
	conditions: readonly unknown[][],
): NodeParameterValueType[] {
	switch (property.type) {
		case 'options': {
			if (property.name === 'model') return offeredValues(property);
			const byKind = new Map(
				offeredValues(property).map((value) => [
					conditions.map((values) => values.includes(value)).join(),
					value,
				]),
			);
			return [...byKind.values()];
		}
		case 'boolean':
			return [true, false];
		case 'resourceLocator':
			return ['', 'filled'].map((value) => ({ __rl: true, mode: 'id', value }));
		default:
			return [property.default, 'filled'];
	}
}

/** What fields ask of others that they depend on: by the names of those, each list of values. */
function conditionsOf({ properties }: INodeTypeDescription): Map<string, unknown[][]> {
	const all = properties.flatMap((property) => [property, ...collected(property)]);
	const conditions = new Map<string, unknown[][]>();
	for (const { displayOptions: { show = {}, hide = {} } = {} } of all) {
		for (const [path, values] of [...Object.entries(show), ...Object.entries(hide)]) {
			const name = path.replace('/', '');
			conditions.set(name, [...(conditions.get(name) ?? []), values ?? []]);
		}
	}
	return conditions;
}

function fieldsWithin(
	description: INodeTypeDescription,
	property: INodeProperties,
	chosen: INodeParameters,
): INodeProperties[] {
	return collected(property).filter((field) => isShown(description, field, {}, chosen));
}

const collected = ({ type, options = [] }: INodeProperties): INodeProperties[] =>
	type === 'collection' ? options.filter((option) => 'type' in option) : [];

function isShown(
	description: INodeTypeDescription,
	property: INodeProperties,
	values: INodeParameters,
	root = values,
): boolean {
	const { version } = description;
	const typeVersion = Array.isArray(version) ? Math.max(...version) : version;
	return NodeHelpers.displayParameter(values, property, { typeVersion }, description, root);
}
