import { outputOf } from '../n8n-host/api';
import { startChatModel, type ChatRequest } from './chatModel';
import { runExample } from './runExample';
import { useSharedN8n, type Stage } from './setup';
import type { SharedN8n } from './shared';
import { startSideServer } from './sideServer';

/** What the last tool has returned to the model. */
function lastResult({ messages }: ChatRequest): Record<string, unknown> {
	const [result] = JSON.parse(String(messages.at(-1)?.content)) as Array<Record<string, unknown>>;
	return result ?? {};
}

describe('the examples that use other services', () => {
	let stage: Stage<SharedN8n>;

	beforeEach(async () => {
		stage = await useSharedN8n({ jobDuration: 500 });
	});

	afterEach(async () => {
		await stage.close();
	});

	it('AI agent as director: the model gets a picture and animates it', async () => {
		const model = await startChatModel([
			() => ({ call: 'Create_Image', with: { prompt: 'Bread in an oven', aspectRatio: '9:16' } }),
			(request) => ({
				call: 'Animate_Image',
				with: {
					motion: 'Steam rises',
					fileId: lastResult(request).fileId,
					aspectRatio: '9:16',
				},
			}),
			(request) => ({ say: `Here it is: ${String(lastResult(request).assetUrl)}` }),
		]);
		const credentials = [
			await stage.api.createCredential('openAiApi', 'Scripted model', {
				apiKey: 'none',
				url: `${model.url}/v1`,
			}),
		];
		const { execution } = await runExample(stage, 'ai-agent-as-director', { credentials });
		await model.close();

		const made = stage.emulator.jobs.all.map(({ type, prompt, parameters }) => [
			type,
			prompt,
			parameters.aspectRatio,
		]);
		expect(made).toEqual([
			['image', 'Bread in an oven', '9:16'],
			['video', 'Steam rises', '9:16'],
		]);
		const [director] = outputOf(execution, 'Director');
		expect(director?.json.output).toMatch(/^Here it is: http.*\.mp4/);
		const [first] = model.conversation;
		expect(first?.tools.map((tool) => tool.function.name).sort()).toEqual([
			'Animate_Image',
			'Create_Image',
		]);
	});

	it('Any other useapi.net service: sends the bytes of the file with the credential', async () => {
		const service = await startSideServer(() => ({ ok: true }));
		const { api, emulator } = stage;
		const credential = await api.createCredential('useapiApi', 'Another service', {
			token: emulator.token,
			baseUrl: service.url,
		});
		await runExample(stage, 'any-other-service', {
			credentials: [credential],
			edit: ({ nodes }) => {
				for (const { parameters } of nodes) {
					if (typeof parameters.url !== 'string') continue;
					parameters.url = parameters.url.replace('https://api.useapi.net', service.url);
				}
			},
		});
		await service.close();

		const sent = service.requests.map(({ method, url, headers, body }) => ({
			call: `${method ?? ''} ${url}`,
			type: headers['content-type'],
			authorization: headers.authorization,
			isPicture: body.subarray(0, 2).toString('hex') === 'ffd8',
		}));
		const common = {
			type: 'image/jpeg',
			authorization: `Bearer ${stage.emulator.token}`,
			isPicture: true,
		};
		expect(sent).toEqual([
			{ call: 'POST /v1/runwayml/assets/?name=sunset.jpg', ...common },
			{ call: 'POST /v1/minimax/files/', ...common },
		]);
	});
});
