import { startCallbackLab, until, type CallbackLab } from '../callbackLab';
import { jsonOf } from '../fixtures';

jest.setTimeout(60_000);

const OTHER = 'https://example.com/someone-else';

/** The account-wide default URL that jobs report to. */
describe('the trigger registers with useapi.net', () => {
	let lab: CallbackLab;

	beforeEach(async () => {
		lab = await startCallbackLab();
	});

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	const settingsCalls = () =>
		lab.emulator.requests.filter(({ path }) => path === '/v2/account').map(({ method }) => method);

	it.each([
		['the URL of somebody else', OTHER],
		['none', undefined],
	])('on activation, and puts back what was there: %s', async (_case, before) => {
		lab.emulator.defaultReplyUrl = before;
		const { workflowId, url } = await lab.activate({ register: true });
		expect(lab.emulator.defaultReplyUrl).toBe(url);

		await lab.engine.deactivate(workflowId);
		expect(lab.emulator.defaultReplyUrl).toBe(before);
		expect(JSON.stringify(lab.engine.staticData(workflowId))).not.toContain('webhook');
	});

	it('and is then called by jobs that say nothing of it', async () => {
		await lab.activate({ register: true });
		await lab.generate(2, { waitMode: 'none' });
		await until(() => lab.emulator.callbacks.length === 2);

		const items = (await lab.executions(1)).flatMap((run) => jsonOf(run.items('Next')));
		expect(items.map(({ jobId }) => jobId).sort()).toEqual(
			lab
				.jobs()
				.map(({ id }) => id)
				.sort(),
		);
	});

	it('with its secret, if it has one', async () => {
		const options = { secret: 'a b' };
		const { url } = await lab.activate({ register: true, options });

		expect(lab.emulator.defaultReplyUrl).toBe(`${url}?secret=a+b`);
		await lab.generate(1, { waitMode: 'none' });
		await until(() => lab.emulator.callbacks[0]?.status === 200);
	});

	it('leaves alone what somebody else has set meanwhile', async () => {
		const { workflowId } = await lab.activate({ register: true });
		lab.emulator.defaultReplyUrl = OTHER;
		await lab.engine.deactivate(workflowId);

		expect(lab.emulator.defaultReplyUrl).toBe(OTHER);
	});

	it.each<[string, string | undefined, number[]]>([
		['in the order of their activation', OTHER, [0, 1]],
		['in the other order', OTHER, [1, 0]],
		['in the order of their activation, where nothing was set', undefined, [0, 1]],
	])('and never leaves the URL of one of two triggers that end %s', async (_, before, order) => {
		lab.emulator.defaultReplyUrl = before;
		const triggers = [
			await lab.activate({ register: true }),
			await lab.activate({ register: true }),
		];
		for (const index of order) await lab.engine.deactivate(triggers[index]?.workflowId ?? '');

		const left = lab.emulator.defaultReplyUrl ?? '';
		expect(triggers.map(({ url }) => url)).not.toContain(left);
	});

	it('and stores nothing of its URL, which may hold its secret', async () => {
		const { workflowId, url } = await lab.activate({ register: true });
		expect(JSON.stringify(lab.engine.staticData(workflowId))).not.toContain(url);
	});

	it('only once: what is registered already is not set again', async () => {
		lab.emulator.defaultReplyUrl = OTHER;
		const node = { id: 'n', webhookId: 'w', name: 'T', type: 'ltxStudioTrigger' };
		const workflow = { id: 'same', nodes: [{ ...node, parameters: { register: true } }] };
		await lab.engine.activate(workflow);
		await lab.engine.activate(workflow);
		expect(settingsCalls()).toEqual(['GET', 'POST', 'GET']);

		await lab.engine.deactivate('same');
		expect(lab.emulator.defaultReplyUrl).toBe(OTHER);
	});

	it('puts back what was there also when the form was changed since', async () => {
		lab.emulator.defaultReplyUrl = OTHER;
		const node = { id: 'n', webhookId: 'w', name: 'T', type: 'ltxStudioTrigger' };
		const workflow = (register: boolean) => ({
			id: 'same',
			nodes: [{ ...node, parameters: { register } }],
		});
		await lab.engine.activate(workflow(true));
		await lab.engine.activate(workflow(false));
		await lab.engine.deactivate('same');

		expect(lab.emulator.defaultReplyUrl).toBe(OTHER);
	});

	it.each([
		['it is not asked to', {}],
		['it resumes executions', { mode: 'resume', register: true }],
	])('not when %s', async (_case, parameters) => {
		const { workflowId } = await lab.activate(parameters);
		await lab.engine.deactivate(workflowId);

		expect(settingsCalls()).toEqual([]);
	});

	it('not when useapi.net could never call it', async () => {
		const { token } = lab.emulator;
		lab.engine.setCredential('useapiApi', { token, baseUrl: 'https://api.example.com' });

		await expect(lab.activate({ register: true })).rejects.toMatchObject({
			message: expect.stringContaining('LTX Studio cannot call back at 127.0.0.1') as string,
			description: expect.stringContaining('WEBHOOK_URL') as string,
		});
	});

	it('and says so when the API refuses', async () => {
		const { url } = lab.emulator;
		lab.engine.setCredential('useapiApi', { token: 'user:1-wrong', baseUrl: url });

		await expect(lab.activate({ register: true })).rejects.toMatchObject({
			message: 'The API token was not accepted',
			httpCode: '401',
		});
	});
});
