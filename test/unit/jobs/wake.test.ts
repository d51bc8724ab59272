import type { IWebhookFunctions } from 'n8n-workflow';

import type { ApiClient } from '../../../nodes/shared/api/client';
import { wake } from '../../../nodes/shared/jobs/waiting/wake';
import { useClock } from '../../engine/harness/clock';
import { ORIGIN, ScriptedService, referenceOf, submissionOf } from './scripted';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const SETTINGS = { simplify: true, download: false, binaryPropertyName: 'data' };

const ALL = ['completed', 'completed', 'completed'];

let executions = 0;

/** A stored execution of three jobs that take 30 s each, in a process that has not heard of it yet. */
function storeExecution(): ReturnType<typeof openStored> {
	return openStored(String(++executions));
}

function openStored(executionId: string) {
	const service = new ScriptedService();
	const { clock } = service;
	const restore = useClock(clock);
	const items = [0, 1, 2].map((item) => {
		const reference = referenceOf(item, { ...ORIGIN, executionId });
		const { jobId } = service.begin(submissionOf(item, { reference }));
		return { jobId, reference, settings: SETTINGS, title: '', since: 0 };
	});
	const stored = JSON.stringify({ items, timeout: 15 * MINUTE, ownUrl: 'https://n8n.example/' });
	const logged: string[] = [];
	const answers: number[] = [];
	const contextOf = (
		body: object,
		httpRequest: IWebhookFunctions['helpers']['httpRequest'] = async () =>
			await Promise.resolve({ statusCode: 200, body: {} }),
	) => {
		const response = {
			headersSent: false,
			status: (status: number) => {
				answers.push(status);
				return response;
			},
			json: () => {
				response.headersSent = true;
			},
		};
		return Object.assign(Object.create(null) as IWebhookFunctions, {
			getNode: () => ({ name: 'LTX Studio', typeVersion: 1.1 }),
			getChildNodes: () => [],
			getParentNodes: () => [],
			getKnownNodeTypes: () => ({}),
			evaluateExpression: (): unknown => stored,
			getBodyData: () => body,
			getHeaderData: () => ({}),
			getRequestObject: () => ({}),
			getResponseObject: () => response,
			logger: { error: (text: string) => void logged.push(text) },
			helpers: { httpRequest },
		});
	};
	const client = Object.assign(Object.create(null) as ApiClient, {
		baseUrl: new URL('https://films.example'),
		token: executionId,
	});
	/** Knocks at the execution, and tells with what it goes on, if it does. */
	const knock = async (
		body: object,
		{
			connects = 5,
			context = contextOf(body),
		}: { connects?: number; context?: IWebhookFunctions } = {},
	) => {
		const connect = async () => {
			await clock.sleep(connects);
			return { context, client, service: service.full };
		};
		const response = await wake(context, connect, 'films');
		const [output] = response.workflowData ?? [];
		return output?.map(({ json }) => json.status);
	};
	const newsOf = (item: number) => ({
		jobId: items[item]?.jobId,
		replyRef: items[item]?.reference,
		status: {},
	});
	const ring = { ring: items[0]?.reference };
	return { service, clock, knock, newsOf, ring, contextOf, logged, answers, restore };
}

describe('a knock at a stored execution', () => {
	it.each(['the bell', 'a callback'])(
		'that is the first one, after the time is up, hands on what has finished: %s',
		async (whose) => {
			const { service, clock, knock, newsOf, ring, restore } = storeExecution();
			service.duration = (item) => (item === 0 ? Infinity : 30 * SECOND);
			await clock.advance(16 * MINUTE);
			const first = await service.drive(knock(whose === 'the bell' ? ring : newsOf(1)));
			const output = first ?? (await service.drive(knock(ring)));
			expect(output).toEqual(['active', 'completed', 'completed']);
			restore();
		},
	);

	it('lets it go on once, however slow one of two is to connect', async () => {
		const { service, knock, ring, restore } = storeExecution();
		service.duration = () => 0;
		const outputs = await service.drive(Promise.all([knock(ring), knock(ring, { connects: 400 })]));
		expect(outputs).toEqual([ALL, undefined]);
		restore();
	});

	it('changes nothing while n8n is about to let it go on', async () => {
		const { service, clock, knock, ring, answers, restore } = storeExecution();
		service.duration = () => 0;
		const output = await service.drive(knock(ring));
		await clock.advance(5 * MINUTE);
		const again = await service.drive(knock(ring));
		expect([output, again, answers]).toEqual([ALL, undefined, [200, 200]]);
		restore();
	});

	it.each([
		['runs already', 409, 'The execution "1" is running already.', undefined],
		['has gone on and waits elsewhere', 404, 'does not contain a waiting webhook', undefined],
		['is still stored', 200, '', ALL],
		['is unknown where it is asked about', 404, 'The execution "1" does not exist.', ALL],
		['cannot be asked about', 502, '', ALL],
	])(
		'that took a while lets an execution go on unless it %s',
		async (_what, statusCode, message, expected) => {
			const { service, knock, contextOf, ring, restore } = storeExecution();
			service.duration = () => 0;
			const asked: object[] = [];
			const context = contextOf(ring, async ({ body }) => {
				asked.push(body as object);
				return await Promise.resolve({ statusCode, body: { message } });
			});
			const output = await service.drive(knock(ring, { connects: 5 * SECOND, context }));
			expect([output, asked]).toEqual([expected, [{ ...ring, isProbe: true }]]);
			restore();
		},
	);

	it.each([
		['only while it waits, and it may wait elsewhere', 'n8n-nodes-base.wait', [{}]],
		['only while it waits, and it waits nowhere else', 'n8n-nodes-base.set', []],
	])(
		'asks no more than it has to of an n8n that lets an execution go on %s',
		async (_when, type, expected) => {
			const { service, knock, contextOf, ring, restore } = storeExecution();
			service.duration = () => 0;
			const asked: object[] = [];
			const context = contextOf(ring, async () => {
				asked.push({});
				return await Promise.resolve({ statusCode: 200, body: {} });
			});
			Object.assign(context, {
				getKnownNodeTypes: () => ({ '@n8n/n8n-nodes-langchain.microsoftAgent365Trigger': {} }),
				getChildNodes: () => [{ name: 'Next', type, parameters: {} }],
			});
			const output = await service.drive(knock(ring, { connects: 5 * SECOND, context }));
			expect([output, asked]).toEqual([ALL, expected]);
			restore();
		},
	);

	it('that only asks whether an execution is stored makes nothing of it', async () => {
		const { service, clock, knock, newsOf, ring, answers, restore } = storeExecution();
		service.duration = () => 0;
		const probe = { ...ring, isProbe: true };
		const output = await service.drive(knock(probe));
		await clock.advance(5 * MINUTE);
		expect([output, answers, service.reads]).toEqual([undefined, [200], []]);
		const forged = await service.drive(knock({ ...probe, ring: newsOf(2).replyRef }));
		expect([forged, answers]).toEqual([undefined, [200, 403]]);
		restore();
	});

	it('never throws, whatever n8n does with the expression that reads what is stored', async () => {
		const { service, knock, contextOf, ring, logged, answers, restore } = storeExecution();
		const context = contextOf(ring);
		context.evaluateExpression = () => {
			throw new Error('The isolate has timed out');
		};
		expect(await service.drive(knock(ring, { context }))).toBeUndefined();
		expect(answers).toEqual([503]);
		expect(logged).toEqual([expect.stringContaining('The isolate has timed out')]);
		restore();
	});
});
