import type {
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';

import { isOfVersion } from '../nodes/shared/n8n/formFields';
import type { OperationFacts, OutputFields } from '../nodes/shared/n8n/itemOperation';

export interface Page {
	file: string;
	text: string;
}

/** What a page shows besides the description. */
export interface Extras {
	/** What operations say of themselves, by `resource/operation`. */
	operations: ReadonlyMap<string, OperationFacts>;
	/** What the page of a node without operations says first, if not its description. */
	lead?: string;
	/** The pictures there are: `node-resource-operation`, or `node` for one without operations. */
	pictures: ReadonlySet<string>;
}

type Option = INodePropertyOptions | INodeProperties | INodePropertyCollection;

const isChoice = (option: Option): option is INodePropertyOptions => 'value' in option;
const isField = (option: Option): option is INodeProperties => 'type' in option;

const HIDDEN_TYPES = new Set(['notice', 'hidden', 'credentials']);

/**
 * Makes the pages of a node: one for each resource, or one for a node that has none.
 *
 * @param name the file of a node that has only one page, without extension
 */
export function pagesOf(anyNode: INodeTypeDescription, extras: Extras, name?: string): Page[] {
	const node = newestOf(anyNode);
	const resources = choicesOf(node.properties, 'resource');
	if (name !== undefined || resources.length === 0) {
		const file = `${name ?? node.name}.md`;
		const operations = resources.flatMap((resource) =>
			operationSections(node, resource, extras, resources.length > 1 ? `${resource.name} > ` : ''),
		);
		const form = [
			formPicture(node.displayName, node.name, extras.pictures),
			fieldSection(node.properties, {}, '##'),
		];
		const body = (operations.length > 0 ? operations : form).filter(Boolean).join('\n\n');
		return [{ file, text: page(node.displayName, extras.lead ?? node.description, body) }];
	}
	return resources.map((resource) => ({
		file: `${String(resource.value)}.md`,
		text: page(
			`${node.displayName}: ${resource.name}`,
			resource.description ?? '',
			operationSections(node, resource, extras).join('\n'),
		),
	}));
}

/** A node as people add it now. */
function newestOf(node: INodeTypeDescription): INodeTypeDescription {
	const typeVersion = Math.max(...[node.version].flat());
	const current = (properties: INodeProperties[]): INodeProperties[] =>
		properties
			.filter((property) => isOfVersion(property, { typeVersion }))
			.map((property) =>
				property.type === 'collection'
					? { ...property, options: current((property.options ?? []).filter(isField)) }
					: property,
			);
	return { ...node, properties: current(node.properties) };
}

const page = (title: string, lead: string, body: string) =>
	`${[`# ${title}`, lead, body].filter(Boolean).join('\n\n').trimEnd()}\n\n---\n\nMade from the node's description by \`npm run docs\`.\n`;

const formPicture = (title: string, name: string, pictures: ReadonlySet<string>) =>
	pictures.has(name) ? `![The form of ${title}](images/forms/${name}.png)` : '';

function operationSections(
	node: INodeTypeDescription,
	resource: INodePropertyOptions,
	{ operations, pictures }: Extras,
	prefix = '',
): string[] {
	return choicesOf(node.properties, 'operation', { resource: resource.value }).map((operation) => {
		const chosen = { resource: resource.value, operation: operation.value };
		const path = `${String(resource.value)}/${String(operation.value)}`;
		const picture = `${node.name}-${path.replace('/', '-')}`;
		const { page, output } = operations.get(path) ?? {};
		return [
			`## ${prefix}${operation.name}`,
			`${operation.description ?? ''}.${page === undefined ? '' : ` [The API](${page})`}`,
			formPicture(operation.name, picture, pictures),
			fieldSection(node.properties, chosen, '###'),
			output ? `### Output\n\n${outputTable(output)}` : '',
		]
			.filter(Boolean)
			.join('\n\n')
			.concat('\n');
	});
}

function fieldSection(
	properties: INodeProperties[],
	chosen: Record<string, unknown>,
	heading: string,
): string {
	const shown = properties.filter(
		(property) =>
			!['resource', 'operation'].includes(property.name) &&
			!HIDDEN_TYPES.has(property.type) &&
			belongsTo(property, chosen),
	);
	const notices = properties
		.filter((property) => property.type === 'notice' && belongsTo(property, chosen))
		.map(
			(notice) => `> ${[notice.displayName, describeCondition(notice)].filter(Boolean).join(' ')}`,
		);
	if (shown.length === 0) return notices.join('\n\n');
	const options = shown.filter(({ type }) => type === 'collection');
	const main = shown.filter(({ type }) => type !== 'collection');
	return [
		...notices,
		main.length > 0 ? `${heading} Fields\n\n${fieldTable(main)}` : '',
		...options.map(
			(collection) =>
				`${heading} ${collection.displayName}\n\n_Default_ is what a field holds once it is added.\n\n${fieldTable((collection.options ?? []).filter(isField))}`,
		),
	]
		.filter(Boolean)
		.join('\n\n');
}

const fieldTable = (fields: INodeProperties[]) =>
	table(
		['Field', 'Name', 'Default', 'What it is'],
		fields.map((field) => [
			`**${field.displayName}**${field.required ? ' (required)' : ''}`,
			`\`${field.name}\``,
			describeDefault(field),
			[field.description ?? field.hint ?? '', describeChoices(field), describeCondition(field)]
				.filter(Boolean)
				.join('<br>'),
		]),
	);

const outputTable = (fields: OutputFields) =>
	table(
		['Field', 'Type'],
		Object.entries(fields).map(([field, type]) => [`\`${field}\``, type]),
	);

function table(head: string[], rows: string[][]): string {
	const line = (cells: string[]) =>
		`| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function describeDefault({ default: preset, options = [] }: INodeProperties): string {
	const value: unknown =
		typeof preset === 'object' && preset !== null && 'value' in preset ? preset.value : preset;
	const choice = options.filter(isChoice).find((option) => option.value === value);
	if (choice) return choice.name;
	return typeof value === 'number' ||
		typeof value === 'boolean' ||
		(typeof value === 'string' && value !== '')
		? `\`${String(value)}\``
		: '';
}

function describeChoices({ options = [] }: INodeProperties): string {
	const choices = options.filter(isChoice);
	const named = ({ name, value }: INodePropertyOptions) => {
		if (value === '') return `${name} (empty)`;
		return name === value ? `\`${name}\`` : `${name} \`${String(value)}\``;
	};
	if (choices.every(({ description }) => description === undefined)) {
		return choices.map(named).join(', ');
	}
	return choices
		.map((choice) => [named(choice), choice.description].filter(Boolean).join(': '))
		.join('<br>');
}

/** On what other fields it depends that a field is shown. */
function describeCondition({ displayOptions }: INodeProperties): string {
	const list = (conditions: object | undefined, word: string) =>
		Object.entries(conditions ?? {})
			.filter(([name]) => !['@version', 'resource', 'operation'].includes(name))
			.filter(
				([, values]) => Array.isArray(values) && values.every((value) => typeof value !== 'object'),
			)
			.map(
				([name, values]) =>
					`\`${name.replace('/', '')}\` ${word} ${(values as unknown[]).map((value) => (value === '' ? 'empty' : String(value))).join(' or ')}`,
			);
	const conditions = [...list(displayOptions?.show, 'is'), ...list(displayOptions?.hide, 'is not')];
	return conditions.length > 0 ? `Shown if ${conditions.join(' and ')}.` : '';
}

function choicesOf(
	properties: INodeProperties[],
	name: string,
	chosen: Record<string, unknown> = {},
): INodePropertyOptions[] {
	return properties
		.filter((property) => property.name === name && belongsTo(property, chosen))
		.flatMap(({ options = [] }) => options.filter(isChoice));
}

/** Whether a field belongs to the chosen resource and operation, whatever else it depends on. */
function belongsTo({ displayOptions }: INodeProperties, chosen: Record<string, unknown>): boolean {
	const { resource, operation } = displayOptions?.show ?? {};
	const allows = (values: unknown[] | undefined, value: unknown) =>
		values === undefined || value === undefined || values.includes(value);
	return allows(resource, chosen.resource) && allows(operation, chosen.operation);
}
