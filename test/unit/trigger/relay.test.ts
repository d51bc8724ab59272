import { LtxStudioTrigger } from '../../../nodes/LtxStudio/LtxStudioTrigger.node';
import { fakeWebhook, OWN_URL } from '../../fuzz/fakeN8n';

describe('a callback that is to resume an execution', () => {
	it('asks for the address of n8n only once: each expression costs n8n 2.41 a V8 isolate', async () => {
		let evaluated = 0;
		const knock = async () => {
			const { context, answer } = fakeWebhook(
				{
					body: { jobId: 'any', status: {} },
					query: { resume: 'https://elsewhere.example/webhook-waiting/1' },
				},
				{
					parameters: { mode: 'resume', options: {} },
					evaluate: () => {
						evaluated++;
						return OWN_URL;
					},
				},
			);
			context.getInstanceBaseUrl = () => 'https://asks-once.example/';
			await new LtxStudioTrigger().webhook.call(context);
			return answer.status;
		};
		expect([await knock(), await knock()]).toEqual([403, 403]);
		expect(evaluated).toBe(1);
	});
});
