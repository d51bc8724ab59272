import { requestsOf } from '../fixtures';
import { shareLab, startLab, type Lab } from '../setup';

const CREATE = { resource: 'image', operation: 'create', prompt: 'a fox' };
const UNCERTAIN = 'The generation may have been submitted, but its job was not found';
const AS_IT_IS = { replyRef: 'order-4711', replyRefAsIs: true };

describe('a reply reference that is sent as it is', () => {
	let lab: Lab;
	shareLab(async () => (lab = await startLab()));

	const sent = () =>
		requestsOf(lab, 'POST', '/v1/ltxstudio/images/create').map(
			({ body }) => (body as { replyRef: string }).replyRef,
		);

	it('goes out alone, and comes back', async () => {
		const run = await lab.engine.runNode({ parameters: { ...CREATE, options: AS_IT_IS } });
		expect(run.error).toBeUndefined();
		expect(sent()).toEqual(['order-4711']);
		expect(run.items()[0]?.json.replyRef).toBe('order-4711');
	});

	it('goes out behind ours otherwise', async () => {
		const options = { replyRef: 'order-4711' };
		const run = await lab.engine.runNode({ parameters: { ...CREATE, options } });
		expect(sent()).toEqual([expect.stringMatching(/^n8n2\..+\.order-4711$/)]);
		expect(run.items()[0]?.json.replyRef).toBe('order-4711');
	});

	it('is not found again when its answer got lost, and is what the error names', async () => {
		lab.emulator.faults.add({ kind: 'resetAfter', match: { method: 'POST', times: 1 } });
		const run = await lab.engine.runNode({ parameters: { ...CREATE, options: AS_IT_IS } });
		expect(run.error?.message).toBe(UNCERTAIN);
		expect(run.error?.description).toContain('Its reply reference is order-4711.');
		expect(sent()).toHaveLength(1);
	});

	it('is not sent a second time by Retry On Fail after a lost answer', async () => {
		lab.emulator.faults.add({ kind: 'resetAfter', match: { method: 'POST', times: 1 } });
		const run = await lab.engine.runNode({
			parameters: { ...CREATE, options: AS_IT_IS },
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 0,
		});
		expect(run.error?.message).toBe(UNCERTAIN);
		expect(sent()).toHaveLength(1);
	});
});
