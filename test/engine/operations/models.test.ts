import type { IDataObject, INodeParameters } from 'n8n-workflow';

import {
	IMAGE_CREATE_MODELS,
	IMAGE_EDIT_MODELS,
	LTX_MODELS,
	VEO_MODELS,
	type Models,
} from '../../../nodes/LtxStudio/models';
import { addPicture, byId, EMAIL, forgetRequests, requestsOf, UNKNOWN_ASSET } from '../fixtures';
import { startLab, type Lab } from '../setup';

interface ModelCase {
	title: string;
	model: string;
	models: Models;
	parameters: INodeParameters;
	/** The asset field, and what the picture in it has to be uploaded for. */
	asset?: { field: string; type: 'image' | 'reference-image' };
}

const of = (models: Models, title: string, rest: Omit<ModelCase, 'title' | 'model' | 'models'>) =>
	Object.keys(models).map((model) => ({ title: `${title}, ${model}`, model, models, ...rest }));

const CASES: ModelCase[] = [
	...of(IMAGE_CREATE_MODELS, 'Image > Create', {
		parameters: { resource: 'image', operation: 'create' },
	}),
	...of(IMAGE_EDIT_MODELS, 'Image > Edit', {
		parameters: { resource: 'image', operation: 'edit' },
		asset: { field: 'referenceAssetId', type: 'reference-image' },
	}),
	...of(LTX_MODELS, 'Video > Create with LTX', {
		parameters: { resource: 'video', operation: 'createLtx' },
		asset: { field: 'endAssetId', type: 'image' },
	}),
	...of(VEO_MODELS, 'Video > Create with Veo', {
		parameters: { resource: 'video', operation: 'createVeo' },
		asset: { field: 'startAssetId', type: 'reference-image' },
	}),
];

describe('models', () => {
	let lab: Lab;

	beforeAll(async () => {
		lab = await startLab({ accounts: [{ email: EMAIL, credits: 1_000_000 }] });
	});

	beforeEach(() => {
		forgetRequests(lab);
	});

	afterAll(async () => {
		await lab.close();
	});

	const submit = async (testCase: ModelCase, more: INodeParameters) => {
		const { parameters, asset } = testCase;
		const picture = asset && { [asset.field]: byId(addPicture(lab, { type: asset.type })) };
		const run = await lab.engine.runNode({
			parameters: { ...parameters, prompt: 'a lighthouse', ...picture, ...more },
		});
		expect(run.error).toBeUndefined();
		expect(run.items()).toHaveLength(1);
		const [request] = requestsOf(lab, 'POST');
		return request?.body as IDataObject;
	};

	/** What another model of the operation can use, and this one cannot. */
	const foreign = ({ models, model }: ModelCase) => {
		const all = Object.values(models).flatMap(({ supports }) => Object.keys(supports));
		const own = models[model]?.supports ?? {};
		return all.filter((name) => !(name in own));
	};

	it.each(CASES)('$title: sends nothing that it cannot use', async (testCase) => {
		const body = await submit(testCase, { model: testCase.model });
		expect(body.model).toBe(testCase.model);
		for (const name of foreign(testCase)) expect(body).not.toHaveProperty(name);
		expect(lab.violations).toEqual([]);
	});

	it.each(CASES)('$title: works by expression, when every field is shown', async (testCase) => {
		const body = await submit(testCase, { model: `={{ "${testCase.model}" }}` });
		expect(body.model).toBe(testCase.model);
		for (const name of foreign(testCase)) expect(body).not.toHaveProperty(name);
		expect(lab.violations).toEqual([]);
	});

	it('takes an optional field that is left empty by ID for one that is not set', async () => {
		const run = await lab.engine.runNode({
			parameters: {
				resource: 'video',
				operation: 'createLtx',
				prompt: 'a lighthouse',
				startAssetId: byId(addPicture(lab)),
				endAssetId: byId(''),
				email: byId(''),
			},
		});
		expect(run.error).toBeUndefined();
		expect(requestsOf(lab, 'POST')[0]?.body).not.toHaveProperty('endAssetId');
	});

	it.each(CASES)('$title: drops what the form has hidden', async (testCase) => {
		const leftover: INodeParameters = {
			style: 'anime',
			resolution: '720p',
			referenceAssetId3: byId(UNKNOWN_ASSET),
		};
		const hidden = foreign(testCase).filter((name) => name in leftover);
		const body = await submit(testCase, {
			model: testCase.model,
			...Object.fromEntries(hidden.map((name) => [name, leftover[name]])),
		});
		for (const name of hidden) expect(body).not.toHaveProperty(name);
		expect(lab.violations).toEqual([]);
	});
});
