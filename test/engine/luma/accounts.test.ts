import { DEAD_EMAIL, EMAIL, startLumaLab, type LumaLab } from './lumaLab';

describe('Luma accounts in the form', () => {
	let lab: LumaLab;

	const list = async (filter?: string) =>
		await lab.engine.listSearch('getAccounts', { type: 'luma' }, filter);

	beforeAll(async () => {
		lab = await startLumaLab();
	});

	afterEach(() => {
		lab.emulator.faults.clear();
		expect(lab.violations).toEqual([]);
	});

	afterAll(async () => {
		await lab.close();
	});

	it('lists all, and tells which cannot be used', async () => {
		expect(await list()).toEqual({
			results: [
				{ name: EMAIL, value: EMAIL },
				{ name: `${DEAD_EMAIL} · not usable`, value: DEAD_EMAIL },
			],
		});
	});

	it('finds what is searched for', async () => {
		expect((await list('DIRECT')).results.map(({ value }) => value)).toEqual([EMAIL]);
	});

	it('says why there is no list, and that there is another way', async () => {
		lab.emulator.faults.add({ kind: 'status', status: 401, body: { error: 'Unauthorized' } });
		await expect(list()).rejects.toThrow(
			'The API token was not accepted. The address can also be typed under By Email.',
		);
	});

	it.each([
		[200, {}],
		[404, { error: 'No accounts are configured' }],
	])('says so when no account is configured, by %i', async (status, body) => {
		lab.emulator.faults.add({ kind: 'status', status, body });
		await expect(list()).rejects.toThrow('No Luma account is configured');
	});
});
