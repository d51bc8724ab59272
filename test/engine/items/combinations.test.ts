import {
	NodeHelpers,
	NodeOperationError,
	type IDataObject,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyOptions,
} from 'n8n-workflow';

import { chosenOperation } from '../../../nodes/shared/n8n/resource';
import { resources } from '../../../nodes/LtxStudio/actions/router';
import { LtxStudio } from '../../../nodes/LtxStudio/LtxStudio.node';
import { checkRequest, findCall } from '../../contract/request';
import {
	imagesCreate,
	imagesEdit,
	videosLtxCreate,
	videosVeoCreate,
	type EndpointRule,
} from '../../emulator/endpoints';
import { readGeneration } from '../../emulator/validate';
import { filledForm } from '../../filledForm';
import { addPicture, EMAIL, forgetRequests, requestsOf } from '../fixtures';
import { startLab, type Lab } from '../setup';

type Values = Record<string, unknown>;

interface Form {
	resource: string;
	operation: string;
	/** What a picture for it has to be uploaded for. */
	upload: 'image' | 'reference-image';
	/** What the API takes. */
	endpoint: EndpointRule;
	/** Whether the vendor's page lets these values be sent. */
	isComplete: (model: string, values: Values) => boolean;
}

const FORMS: Form[] = [
	{
		resource: 'image',
		operation: 'create',
		endpoint: imagesCreate,
		upload: 'reference-image',
		isComplete: (_, { prompt }) => prompt !== '',
	},
	{
		resource: 'image',
		operation: 'edit',
		endpoint: imagesEdit,
		upload: 'reference-image',
		isComplete: (_, { prompt, referenceAssetId }) => prompt !== '' && referenceAssetId !== '',
	},
	{
		resource: 'video',
		operation: 'createLtx',
		endpoint: videosLtxCreate,
		upload: 'image',
		isComplete: (_, { prompt, startAssetId, endAssetId }) =>
			prompt !== '' && (startAssetId !== '' || endAssetId !== ''),
	},
	{
		resource: 'video',
		operation: 'createVeo',
		endpoint: videosVeoCreate,
		upload: 'reference-image',
		isComplete: (model, { prompt, startAssetId }) =>
			startAssetId !== '' || (model !== 'veo2' && prompt !== ''),
	},
];

const { description } = new LtxStudio();

/** Kinds of fields that have no value of their own. */
const WITHOUT_VALUE = new Set(['collection', 'notice']);

/** Fields that do not describe the picture or the video. */
const ABOUT_THE_RUN = new Set([
	'resource',
	'operation',
	'model',
	'credentials',
	'email',
	'waitMode',
	'download',
	'simplify',
	'binaryPropertyName',
]);

/** Options that say nothing of what is made, or keep all from being made. */
const OTHER_OPTIONS = new Set([
	...['replyUrl', 'replyRef', 'pollForResult', 'timeout'],
	...['dryRun', 'spendingLimit'],
]);

const isChoice = (option: object): option is INodePropertyOptions => 'value' in option;

/** The fields that the editor shows. */
const shownFields = (parameters: INodeParameters): INodeProperties[] =>
	description.properties.filter((property) =>
		NodeHelpers.displayParameter(parameters, property, { typeVersion: 1 }, description),
	);

const modelsOf = (form: INodeParameters) =>
	(shownFields(form).find(({ name }) => name === 'model')?.options ?? [])
		.filter(isChoice)
		.map(({ value }) => String(value));

/** What somebody can put into a field by the means of the form. */
function valuesOf(
	{ type, name, options = [], typeOptions }: INodeProperties,
	picture: string,
): unknown[] {
	if (type === 'options') return options.filter(isChoice).map(({ value }) => value);
	if (type === 'boolean') return [false, true];
	if (type === 'number') return [typeOptions?.minValue, typeOptions?.maxValue ?? 123];
	if (type === 'resourceLocator') return ['', picture];
	if (name === 'prompt') return ['', 'a lighthouse in a storm'];
	return ['', 'as the user has put it'];
}

/** Every combination of the values of fields. */
const product = (choices: ReadonlyArray<readonly [string, unknown[]]>): Values[] =>
	choices.reduce<Values[]>(
		(combinations, [name, values]) =>
			combinations.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
		[{}],
	);

/** Of many combinations, one in so many is played: all are held to the API's rules. */
const STEP = 11;
const MANY = 100;

const holding = ({ type }: INodeProperties, value: unknown) =>
	type === 'resourceLocator' ? { __rl: true, mode: 'id', value } : value;

const asParameter = (field: INodeProperties) =>
	holding(field, `={{ $json.${field.name} }}`) as INodeParameters[string];

/** What becomes of a form: it is refused by the node, it is sent, or it would break the API's rules. */
function outcomeOf({ endpoint }: Form, parameters: INodeParameters): string {
	const context = filledForm(parameters);
	const operation = chosenOperation(context, resources);
	if (operation.kind !== 'job') return 'is no generation';
	try {
		const { path, body } = operation.prepare(context, 0);
		readGeneration(body, endpoint, false);
		const headers = { authorization: 'Bearer token' };
		const request = { method: 'POST', path: `/v1/ltxstudio/${path}`, query: {}, headers };
		const call = findCall({ ...request, body, contentType: 'application/json' });
		return call ? ['is sent', ...checkRequest(call)].join(', ') : 'is unknown to the API';
	} catch (error) {
		return error instanceof NodeOperationError ? 'is refused' : String(error);
	}
}

describe('no combination that the form lets through is refused by the API', () => {
	let lab: Lab;

	beforeAll(async () => {
		lab = await startLab({
			accounts: [{ email: EMAIL, credits: 1e12, maxJobs: 100 }],
			jobDuration: 1,
		});
	});

	beforeEach(() => {
		forgetRequests(lab);
	});

	afterAll(async () => {
		await lab.close();
	});

	/** Runs an item for each combination, and checks that only complete ones are sent, and all of them. */
	async function check(
		form: Form,
		model: string,
		parameters: INodeParameters,
		combinations: Values[],
	) {
		const run = await lab.engine.runNode({
			parameters: {
				resource: form.resource,
				operation: form.operation,
				model,
				...parameters,
				waitMode: 'none',
			},
			items: combinations.map((json) => ({ json: json as IDataObject })),
			onError: 'continueRegularOutput',
		});
		const outcomes = run.items().map(({ json }) => typeof json.jobId === 'string');
		const expected = combinations.map((values) => form.isComplete(model, values));
		expect(outcomes).toEqual(expected);

		const submissions = requestsOf(lab, 'POST');
		const statuses = submissions.map(({ status }) => status);
		expect(statuses).toEqual(expected.filter(Boolean).map(() => 200));
		expect(lab.violations).toEqual([]);
	}

	const cases = FORMS.flatMap((form) =>
		modelsOf({ resource: form.resource, operation: form.operation }).map(
			(model) => [`${form.resource}/${form.operation}`, model, form] as const,
		),
	);

	it.each(cases)('%s with %s', async (_, model, form) => {
		const { resource, operation } = form;
		const picture = addPicture(lab, { type: form.upload });
		const chosen = { resource, operation, model };
		// A field that another one brings to light counts as shown.
		const shown = shownFields({ ...chosen, referenceAssetId: picture }).filter(
			({ name, type }) => !ABOUT_THE_RUN.has(name) && !WITHOUT_VALUE.has(type),
		);
		const combinations = product(
			shown.map((field) => [field.name, valuesOf(field, picture)] as const),
		);
		const outcomes = combinations.map((values) => {
			const held = shown.map((field) => [field.name, holding(field, values[field.name])] as const);
			return outcomeOf(form, { ...chosen, ...Object.fromEntries(held) });
		});
		expect(outcomes).toEqual(
			combinations.map((values) => (form.isComplete(model, values) ? 'is sent' : 'is refused')),
		);

		const played = combinations.filter(
			(_values, index) => combinations.length < MANY || index % STEP === 0,
		);
		for (const field of shown) {
			const values = new Set(played.map((each) => each[field.name]));
			expect(values).toEqual(new Set(valuesOf(field, picture)));
		}
		await check(
			form,
			model,
			Object.fromEntries(shown.map((field) => [field.name, asParameter(field)])),
			played,
		);
	});

	it.each(cases)('%s with %s and each option', async (_, model, form) => {
		const { resource, operation } = form;
		const picture = addPicture(lab, { type: form.upload });
		const assets = { startAssetId: picture, referenceAssetId: picture };
		const options = shownFields({ resource, operation, model })
			.filter(({ name }) => name === 'options')
			.flatMap((collection) => collection.options as INodeProperties[])
			.filter(({ name }) => !OTHER_OPTIONS.has(name));
		for (const field of options) {
			forgetRequests(lab);
			await check(
				form,
				model,
				{
					prompt: 'a lighthouse',
					...Object.fromEntries(
						Object.entries(assets).map(([name, value]) => [
							name,
							{ __rl: true, mode: 'id', value },
						]),
					),
					options: { [field.name]: asParameter(field) },
				},
				valuesOf(field, picture).map((value) => ({ ...assets, [field.name]: value })),
			);
		}
	});
});
