import { JOB_ID_EXAMPLE, JOB_ID_PATTERN, parseJobId } from '../../../nodes/LtxStudio/service/jobId';

const UUID = '7a34b821-9fd0-205e-d21b-4abc6f7839e7';

describe('job ID', () => {
	it.each([
		['email:me@example.com', 'me@example.com', 'image'],
		['email:a.b+c-job:x@sub.example.com', 'a.b+c-job:x@sub.example.com', 'video'],
	] as const)('%s… has its parts', (start, email, type) => {
		expect(parseJobId(`${start}-job:${UUID}-type:${type}`)).toEqual({ email, uuid: UUID, type });
	});

	it('may have letters beyond f, as the vendor writes them', () => {
		const uuid = '7a34b821-9fd0-205e-d21b-4abc6f78zzzz';
		expect(parseJobId(`email:me@example.com-job:${uuid}-type:video`)?.uuid).toBe(uuid);
	});

	it('is understood in its example, and by the pattern of the form', () => {
		expect(parseJobId(JOB_ID_EXAMPLE)?.type).toBe('video');
		expect(JOB_ID_EXAMPLE).toMatch(new RegExp(JOB_ID_PATTERN));
	});

	it.each([
		'',
		UUID,
		`email:me@example.com-job:${UUID}`,
		`email:me@example.com-job:${UUID}-type:audio`,
		`email:me-job:${UUID}-type:video`,
		`email:me@example.com-job:-type:video`,
		` email:me@example.com-job:${UUID}-type:video`,
		`email:me@example.com-job:${UUID}-type:video\n`,
		`email:me@exam ple.com-job:${UUID}-type:video`,
		`job:${UUID}-type:video`,
		`email:${'x'.repeat(400)}@example.com-job:${UUID}-type:video`,
		`email:me\u001b@example.com-job:${UUID}-type:video`,
		`email:me\ud800@example.com-job:${UUID}-type:video`,
		`email:me@@example.com-job:${UUID}-type:video`,
	])('is not %j', (text) => {
		expect(parseJobId(text)).toBeUndefined();
	});
});
