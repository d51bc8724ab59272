import { NodeHelpers, type INodeParameters, type INodeProperties } from 'n8n-workflow';
import type { Browser } from 'playwright-core';
import { catalogue, operationsOf, type CataloguedNode } from '../../../build/catalogue';
import { isOfVersion } from '../../../nodes/shared/n8n/formFields';
import { launchBrowser, screenshot } from '../browser';
import { useSharedN8n, type Stage } from '../setup';
import type { SharedN8n } from '../shared';
import { cutTexts } from './cutText';
import { Editor, type Theme } from './editor';
import { oneNode, workflowOf } from './workflow';

/** A locator whose value was chosen from the list. */
const chosen = {
	__rl: true,
	mode: 'list',
	value: 'asset:3b18c2d4-5e6f-7081-92a3-b4c5d6e7f809-type:image/png',
	cachedResultName: 'Generated PNG · 3b18c2d4',
};

/** A locator that is to be filled in by hand. */
const byHand = { __rl: true, mode: 'id', value: '' };

const isField = (option: object): option is INodeProperties => 'type' in option;

/** Every field of every collection, as it is when it has just been added. */
const collections = (fields: INodeProperties[]): INodeParameters =>
	Object.fromEntries(
		fields
			.filter(({ type }) => type === 'collection')
			.map(({ name, options = [] }) => [
				name,
				Object.fromEntries(options.filter(isField).map((field) => [field.name, field.default])),
			]),
	);

const choicesOf = ({ options = [] }: INodeProperties) =>
	options.flatMap((option) => ('value' in option ? [option.value] : []));

/** One change after the other that shows other fields, or other texts: each choice, and all locators filled in. */
function changesOf(fields: INodeProperties[]): Record<string, INodeParameters> {
	const deciding = new Set(
		fields.flatMap(({ displayOptions: { show = {}, hide = {} } = {} }) =>
			Object.keys({ ...show, ...hide }).map((name) => name.replace('/', '')),
		),
	);
	const choices = fields
		.filter(({ name }) => deciding.has(name))
		.flatMap((field) => {
			const values = field.type === 'boolean' ? [true, false] : choicesOf(field);
			return values
				.filter((value) => value !== field.default)
				.map((value) => [`${field.name}-${String(value)}`, { [field.name]: value }]);
		});
	const locators = fields.filter(({ type }) => type === 'resourceLocator');
	const allLocators = (value: typeof byHand) =>
		Object.fromEntries(locators.map(({ name }) => [name, value]));
	return {
		...(Object.fromEntries(choices) as Record<string, INodeParameters>),
		...(locators.length > 0 && { byHand: allLocators(byHand), chosen: allLocators(chosen) }),
	};
}

const newestOf = ({ description: { version } }: Pick<CataloguedNode, 'description'>) => ({
	typeVersion: Math.max(...[version].flat()),
});

/** The fields that a form shows. */
function shownFields({ description }: CataloguedNode, parameters: INodeParameters) {
	const { properties } = description;
	const node = { ...newestOf({ description }), type: description.name };
	const values =
		NodeHelpers.getNodeParameters(properties, parameters, true, false, node, description) ?? {};
	return properties.filter((field) =>
		NodeHelpers.displayParameter(values, field, node, description, values),
	);
}

/** The forms of a node in which there is something to see that no form before has shown. */
function formsOfOperations(node: CataloguedNode): Record<string, INodeParameters> {
	const seen = new Set<INodeProperties>();
	const forms: Array<[string, INodeParameters]> = [];
	for (const { resource, operation, facts } of operationsOf(node)) {
		const place = { resource, operation };
		const name = `${node.description.name}-${resource}-${operation}`;
		const fields = facts.description.filter((field) => isOfVersion(field, newestOf(node)));
		const variants = [
			['', collections(fields)] as const,
			...Object.entries(changesOf(fields)).map(([change, more]) => [`-${change}`, more] as const),
		];
		for (const [suffix, more] of variants) {
			const parameters = { ...place, ...more };
			const shown = shownFields(node, parameters);
			const isFilled = /^-(byHand|chosen)$/.test(suffix);
			if (suffix !== '' && !isFilled && shown.every((field) => seen.has(field))) continue;
			for (const field of shown) seen.add(field);
			forms.push([`${name}${suffix}`, parameters]);
		}
	}
	return Object.fromEntries(forms);
}

const TRIGGER_FORMS: Record<string, INodeParameters> = {
	'trigger-start': {
		register: true,
		download: true,
		filters: { email: byHand, replyRef: '', replyRefPrefix: '', status: 'failed', type: 'video' },
		options: { secret: '', verify: true },
	},
	'trigger-resume': { mode: 'resume', options: { internalBaseUrl: '' } },
};

const formsOf = (type: string, forms: Record<string, INodeParameters>) =>
	Object.entries(forms).map(([name, parameters]) => ({ name, type, parameters }));

const FORMS = [
	...catalogue.flatMap((node) => formsOf(node.description.name, formsOfOperations(node))),
	...formsOf('ltxStudioTrigger', TRIGGER_FORMS),
];

describe('the forms', () => {
	let stage: Stage<SharedN8n>;
	let browser: Browser;
	beforeAll(async () => {
		stage = await useSharedN8n();
		browser = await launchBrowser();
	});
	afterAll(async () => {
		await browser.close();
		await stage.close();
	});

	const open = async (parameters: INodeParameters) => {
		const editor = await Editor.open(browser, stage, oneNode(parameters, stage.credentials[0]));
		await editor.openNode();
		return editor;
	};

	it.each<Theme>(['light', 'dark'])('show all of their text, in the %s theme', async (theme) => {
		const workflow = workflowOf(FORMS, stage.credentials[0]);
		const editor = await Editor.open(browser, stage, workflow, theme);
		await screenshot(editor.page, `forms-${theme}`);
		const cut: Record<string, string[]> = {};
		for (const { name } of FORMS) {
			await editor.openNode(name);
			await screenshot(editor.page, `form-${name}-${theme}`);
			const texts = await cutTexts(editor.form);
			if (texts.length > 0) cut[name] = texts;
			await editor.scrollToEnd();
			await screenshot(editor.page, `form-${name}-${theme}-end`);
			await editor.closeNode();
		}
		await editor.close();
		expect(cut).toEqual({});
	});

	it('show below the node what it does', async () => {
		const editor = await open({ resource: 'video', operation: 'createVeo' });
		await editor.closeNode();
		await expect(editor.node('LTX Studio').textContent()).resolves.toContain('Veo 2 · 5 s');
		await editor.close();
	});

	it('change with the model', async () => {
		const editor = await open({ resource: 'image', operation: 'create' });
		expect(await editor.fields()).toEqual(expect.arrayContaining(['style', 'referenceAssetId']));
		await editor.choose('model', 'Nano Banana');
		await editor.field('style').waitFor({ state: 'detached' });
		const fields = await editor.fields();
		expect(fields).toEqual(expect.arrayContaining(['prompt', 'aspectRatio']));
		expect(fields).not.toContain('referenceAssetId');

		await editor.choose('model', 'FLUX.1 Kontext');
		await editor.field('style').waitFor();
		expect(await editor.fields()).toContain('referenceAssetId');
		await editor.close();
	});

	it('tell the price of each model in the list', async () => {
		const editor = await open({ resource: 'video', operation: 'createVeo' });
		await editor.field('model').click();
		const prices = editor.page.getByText(/About \$\d|The vendor gives no price/);
		await prices.first().waitFor();
		expect(await prices.count()).toBe(3);
		await screenshot(editor.page, 'models');
		await editor.choice('Veo 3 Fast').click();
		await editor.field('resolution').waitFor();
		await editor.close();
	});
});
