import { LtxStudioTrigger } from '../../../nodes/LtxStudio/LtxStudioTrigger.node';
import { fakeWebhook, OWN_URL } from '../../fuzz/fakeN8n';

/** Knocks at an n8n that is reached there, and that tells one address after the other when it is asked for its own. */
function startRelay(address: string, told: string[]) {
	let asked = 0;
	return {
		asked: () => asked,
		knock: async () => {
			const { context, answer } = fakeWebhook(
				{
					body: { jobId: 'any', status: {} },
					query: { resume: 'https://elsewhere.example/webhook-waiting/1' },
				},
				{
					parameters: { mode: 'resume', options: {} },
					evaluate: () => told[Math.min(asked++, told.length - 1)],
				},
			);
			context.getInstanceBaseUrl = () => address;
			await new LtxStudioTrigger().webhook.call(context);
			return answer.status;
		},
	};
}

describe('a callback that is to resume an execution', () => {
	it('asks for the address of n8n only once: each expression costs n8n 2.41 a V8 isolate', async () => {
		const { knock, asked } = startRelay('https://asks-once.example/', [OWN_URL]);
		expect([await knock(), await knock()]).toEqual([403, 403]);
		expect(asked()).toBe(1);
	});

	it('asks again where n8n could not tell', async () => {
		const { knock, asked } = startRelay('https://asks-again.example/', ['', OWN_URL]);
		expect([await knock(), await knock(), await knock()]).toEqual([403, 403, 403]);
		expect(asked()).toBe(2);
	});
});
