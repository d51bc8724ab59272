import type {
	IDataObject,
	IExecuteFunctions,
	IHookFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

/**
 * Nodes that the harness and a real n8n run. They import nothing but types, so that n8n can load them from any folder; and what
 * they do in a webhook is said by the call, since a test cannot reach into n8n's process.
 */

const describe = (name: string, rest: Partial<INodeTypeDescription>): INodeTypeDescription => ({
	displayName: name,
	name: name.charAt(0).toLowerCase() + name.slice(1),
	group: ['transform'],
	version: 1,
	description: name,
	defaults: { name },
	inputs: ['main'],
	outputs: ['main'],
	properties: [],
	...rest,
});

/** Puts out so many items. */
export class Maker implements INodeType {
	description = describe('Maker', {
		properties: [{ displayName: 'Count', name: 'count', type: 'number', default: 1 }],
	});

	execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const length = this.getNodeParameter('count', 0) as number;
		return Promise.resolve([Array.from({ length }, (_item, n) => ({ json: { n } }))]);
	}
}

/** What a call asks of a webhook. */
export type Request =
	| { do: 'nothing' }
	| { do: 'thank' }
	/** Hands items on, those of further outputs too. */
	| { do: 'handOn'; items: IDataObject[]; more?: IDataObject[] }
	/** The same, to the places of other items, and with thanks. */
	| { do: 'handOnAndThank' }
	| { do: 'throw'; message: string }
	/** Says what can be read here. */
	| { do: 'tell'; expression: string; item?: number }
	| { do: 'tellParameter'; name: string }
	| { do: 'tellCall' }
	| { do: 'writeToContext'; of: string }
	| { do: 'tellStaticData' }
	/** Counts in the static data; where there are two, both count from the same. */
	| { do: 'count'; together?: boolean }
	/** Waits for another call like it, then hands on. */
	| { do: 'meet' }
	/** Answers by itself, and hands on once another call asks it to. */
	| { do: 'answerAndWork' }
	| { do: 'goOn' }
	/** Hands a file on. */
	| { do: 'file' };

let met = 0;
let letMeet: () => void = () => undefined;
let meeting = new Promise<void>((resolve) => (letMeet = resolve));

/** Returns once two have come. */
async function meet(): Promise<void> {
	const here = meeting;
	if (++met === 2) {
		letMeet();
		met = 0;
		meeting = new Promise<void>((resolve) => (letMeet = resolve));
	}
	await here;
}

let letGoOn: () => void = () => undefined;

const handOn = (...items: IDataObject[]): INodeExecutionData[] => items.map((json) => ({ json }));

const tell = (told: unknown): IWebhookResponseData => ({ webhookResponse: { told } });

async function answer(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	const body: unknown = this.getBodyData();
	const request = body as Request;
	switch (request.do) {
		case 'thank':
			return { webhookResponse: { thanks: true } };
		case 'handOn': {
			const outputs = [request.items, request.more].flatMap((items) => (items ? [items] : []));
			return { workflowData: outputs.map((items) => handOn(...items)) };
		}
		case 'handOnAndThank': {
			const items = [1, 0].map((item) => ({ json: { item }, pairedItem: { item } }));
			return { workflowData: [items], webhookResponse: { thanks: true } };
		}
		case 'throw':
			throw new Error(request.message);
		case 'tell':
			return tell(this.evaluateExpression(request.expression, request.item));
		case 'tellParameter':
			return tell(this.getNodeParameter(request.name));
		case 'tellCall':
			return tell({ query: this.getQueryData(), executionId: this.getExecutionId() });
		case 'writeToContext': {
			const jobs = this.evaluateExpression(`{{ $node["${request.of}"].context["jobs"] }}`);
			return tell((jobs as string[]).push('x'));
		}
		case 'tellStaticData':
			return tell(this.getWorkflowStaticData('node'));
		case 'count': {
			const data = this.getWorkflowStaticData('node');
			if (request.together) await meet();
			data.count = Number(data.count ?? 0) + 1;
			return {};
		}
		case 'meet':
			await meet();
			return { workflowData: [handOn({})] };
		case 'answerAndWork': {
			this.getResponseObject().status(202).json({ queued: true });
			await new Promise<void>((resolve) => (letGoOn = resolve));
			return { noWebhookResponse: true, workflowData: [handOn({ worked: true })] };
		}
		case 'goOn':
			letGoOn();
			return {};
		case 'file': {
			const data = await this.helpers.prepareBinaryData(Buffer.from('film'), 'a', 'video/mp4');
			return { workflowData: [[{ json: {}, binary: { data } }]] };
		}
		default:
			return {};
	}
}

/** Waits with its items marked as unfinished. */
export class Waiter implements INodeType {
	description = describe('Waiter', {
		webhooks: [{ name: 'default', httpMethod: 'POST', path: '', restartWebhook: true }],
		properties: [
			{ displayName: 'Label', name: 'label', type: 'string', default: '' },
			{ displayName: 'Seconds', name: 'seconds', type: 'number', default: 3600 },
			{ displayName: 'Calls Itself', name: 'callsItself', type: 'boolean', default: false },
		],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		const resumeUrl = this.evaluateExpression('{{ $execution.resumeUrl }}', 0) as string;
		Object.assign(this.getContext('node'), {
			jobs: items.map((_item, index) => `job ${index}`),
			runIndex: this.evaluateExpression('{{ $runIndex }}', 0),
		});
		for (const item of items) item.json = { ...item.json, status: 'active', timedOut: true };
		if (this.getNodeParameter('callsItself', 0) === true) {
			const response = await fetch(resumeUrl, { method: 'POST' });
			const text = await response.text();
			return [items.map(({ json }) => ({ json: { ...json, status: response.status, text } }))];
		}
		const seconds = this.getNodeParameter('seconds', 0) as number;
		await this.putExecutionToWait(new Date(Date.now() + seconds * 1000));
		return [items];
	}

	webhook = answer;
}

const remember = (name: string, result: boolean) =>
	function (this: IHookFunctions): Promise<boolean> {
		const data = this.getWorkflowStaticData('node');
		const calls = (data.calls ?? []) as string[];
		data.calls = [...calls, `${name} ${this.getNodeWebhookUrl('default') ?? ''}`];
		return Promise.resolve(result);
	};

const describeTrigger = (name: string, responseData?: string): INodeTypeDescription =>
	describe(name, {
		group: ['trigger'],
		inputs: [],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				path: 'event',
				...(responseData === undefined ? {} : { responseData }),
			},
		],
	});

/** Starts a workflow when it is called. */
export class Event implements INodeType {
	description = describeTrigger('Event');

	webhookMethods = {
		default: {
			checkExists: remember('checkExists', false),
			create: remember('create', true),
			delete: remember('delete', true),
		},
	};

	webhook = answer;
}

/** Answers what its `webhook()` says. */
export class EventThatSays extends Event {
	override description = describeTrigger('EventThatSays', '');
}

/** Answers nothing. */
export class EventWithoutData extends Event {
	override description = describeTrigger('EventWithoutData', 'noData');
}

/** Answers in `webhook()`, and works in `execute()`. */
export class EventThatWorks extends Event {
	override description = describeTrigger('EventThatWorks');

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		for (const item of items) {
			item.json.executionId = this.getExecutionId();
			const film = Buffer.from('film');
			item.binary = { data: await this.helpers.prepareBinaryData(film, 'a.mp4', 'video/mp4') };
		}
		return [items];
	}
}

/** Runs until it is cancelled, and throws then. */
export class Endless implements INodeType {
	description = describe('Endless', {});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const signal = this.getExecutionCancelSignal();
		while (!signal?.aborted) await new Promise((resolve) => setImmediate(resolve));
		throw new Error('Stopped while jobs were running');
	}
}

/** All of them, by their classes. */
export const serverNodes = {
	Maker,
	Waiter,
	Event,
	EventThatSays,
	EventWithoutData,
	EventThatWorks,
	Endless,
};
