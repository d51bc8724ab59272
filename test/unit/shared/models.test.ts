import {
	IMAGE_CREATE_MODELS,
	IMAGE_EDIT_MODELS,
	LTX_MODELS,
	modelsWith,
	VEO_MODELS,
	type Models,
} from '../../../nodes/LtxStudio/models';
import {
	imagesCreate,
	imagesEdit,
	videosLtxCreate,
	videosVeoCreate,
	type EndpointRule,
} from '../../emulator/endpoints';

const TABLES: Array<[string, Models, EndpointRule]> = [
	['images/create', IMAGE_CREATE_MODELS, imagesCreate],
	['images/edit', IMAGE_EDIT_MODELS, imagesEdit],
	['videos/ltx-create', LTX_MODELS, videosLtxCreate],
	['videos/veo-create', VEO_MODELS, videosVeoCreate],
];

describe.each(TABLES)('models of %s', (_, models, endpoint) => {
	it('are those of the API', () => {
		expect(Object.keys(models).sort()).toEqual(Object.keys(endpoint.models).sort());
	});

	it.each(Object.keys(endpoint.models))('%s can do what the API lets it do', (name) => {
		const model = models[name];
		const { unsupported = [], required = [], values = {} } = endpoint.models[name] ?? {};
		expect(Object.keys(model?.supports ?? {}).filter((key) => unsupported.includes(key))).toEqual(
			[],
		);
		expect(model?.requires ?? []).toEqual(required);
		for (const [key, supported] of Object.entries(model?.supports ?? {})) {
			const field = endpoint.fields[key];
			expect(field).toBeDefined();
			if (supported === true) continue;
			expect([...supported].sort()).toEqual([...(values[key] ?? field?.values ?? [])].sort());
		}
	});

	it('leave out no parameter that only some of them have', () => {
		const special = new Set(
			Object.values(endpoint.models).flatMap(({ unsupported = [] }) => unsupported),
		);
		for (const key of special) {
			const able = Object.entries(endpoint.models)
				.filter(([, { unsupported = [] }]) => !unsupported.includes(key))
				.map(([name]) => name);
			expect(modelsWith(models, key as never).sort()).toEqual(able.sort());
		}
	});

	it('have a name and a sentence for the form', () => {
		const names = Object.values(models).map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
		for (const { description } of Object.values(models)) expect(description).toMatch(/\.$/);
	});
});
