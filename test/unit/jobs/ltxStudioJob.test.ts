import {
	blankReport,
	toIsoDate,
	toFirstOutput,
	toReport,
	type JobAnswer,
} from '../../../nodes/LtxStudio/service/job';
import { isOver } from '../../../nodes/shared/jobs/service';
import { makeReplyReference } from '../../../nodes/shared/jobs/reference';

const JOB_ID = 'email:me@example.com-job:7a34b821-9fd0-205e-d21b-4abc6f7839e7-type:video';

const artifact = {
	assetUrl: 'https://example.com/a.mp4',
	expirationDateString: '1748919477350',
	asset: { fileId: 'asset:1-type:video/mp4', mimeType: 'video/mp4' },
};

describe("LTX Studio's job", () => {
	it('comes out in one shape, with the reference as the user gave it', () => {
		const origin = {
			instanceId: 'n8n',
			workflowId: 'w',
			executionId: '1',
			nodeId: 'n',
			run: '0',
			item: 0,
			content: '',
		};
		const replyRef = makeReplyReference(origin, 'token', 'order.4711');
		const status = { type: 'completed', artifact };
		const report = toReport({ jobId: JOB_ID, status, replyRef }, JOB_ID);
		expect(toFirstOutput(report, { isSimplified: true })).toEqual({
			jobId: JOB_ID,
			type: 'video',
			status: 'completed',
			progress: 100,
			assetUrl: artifact.assetUrl,
			fileId: artifact.asset.fileId,
			mimeType: 'video/mp4',
			expiresAt: '2025-06-03T02:57:57.350Z',
			email: 'me@example.com',
			replyRef: 'order.4711',
		});
		expect(toFirstOutput(report, { isSimplified: false })).toEqual({
			jobId: JOB_ID,
			status,
			email: 'me@example.com',
			replyRef: 'order.4711',
		});
		const foreign = toReport({ replyRef: 'of another program' }, JOB_ID);
		expect(toFirstOutput(foreign, { isSimplified: true }).replyRef).toBe('of another program');
	});

	it('keeps what only some answers say', () => {
		const answer = { status: { type: 'failed', message: 'no' }, code: 422, generationId: 'g' };
		for (const isSimplified of [true, false]) {
			expect(toFirstOutput(toReport(answer, JOB_ID), { isSimplified })).toMatchObject({
				code: 422,
				generationId: 'g',
			});
		}
	});

	it('is over once it failed, or completed and has its URL', () => {
		const over = (status: object) => isOver(toReport({ status }, JOB_ID));
		expect(over({ type: 'failed' })).toBe(true);
		expect(over({ type: 'completed', artifact })).toBe(true);
		expect(over({ type: 'completed' })).toBe(false);
		expect(over({ type: 'completed', artifact: {} })).toBe(false);
		expect(over({ type: 'active', artifact })).toBe(false);
		expect(isOver(blankReport(JOB_ID))).toBe(false);
	});

	it('tells a status that no page knows as it is', () => {
		const report = toReport({ status: { type: 'paused' } }, JOB_ID);
		expect(report).toMatchObject({ status: 'unknown', word: 'paused' });
		expect(toFirstOutput(report, { isSimplified: true }).status).toBe('paused');
	});

	it.each<JobAnswer>([
		{},
		{ status: null, replyRef: 7, generationId: [], code: 'x' },
		{ status: { type: 3, progress: 'half', message: {}, artifact: [] } },
		{ status: { type: 'completed', artifact: { assetUrl: 7, asset: null } } },
	])('is read without harm from %j', (answer) => {
		expect(toFirstOutput(toReport(answer, JOB_ID), { isSimplified: true })).toMatchObject({
			jobId: JOB_ID,
			assetUrl: null,
			fileId: null,
			expiresAt: null,
			replyRef: null,
		});
	});

	it.each([undefined, '', 'soon', '1748919477350000000', '-1', {}, null])(
		'has no date for %j',
		(value) => {
			expect(toIsoDate(value)).toBeNull();
		},
	);
});
