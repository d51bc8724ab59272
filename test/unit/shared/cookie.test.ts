import { checkCookie } from '../../../nodes/LtxStudio/service/cookie';

describe('cookie of an account', () => {
	it('is kept whole, without the name of its header', () => {
		const text =
			'lt_id=me; lt_token=a=b==; lt_refresh_token=c; _ga=1; sid=s3ssion-of-mine; who=me%40example.com';
		for (const header of [text, `Cookie: ${text}`, `cookie:${text};`, `  ${text}  `]) {
			expect(checkCookie(header)).toEqual({
				ok: true,
				text,
				secrets: ['me', 'a=b==', 'c', 's3ssion-of-mine'],
			});
		}
	});

	it.each([
		['', [], ['lt_id', 'lt_token', 'lt_refresh_token']],
		['lt_id=a', ['lt_id'], ['lt_token', 'lt_refresh_token']],
		['lt_id=a; lt_token=; lt_refresh_token=c', ['lt_id', 'lt_refresh_token'], ['lt_token']],
		['lt_id; lt_token=b; lt_refresh_token=c', ['lt_token', 'lt_refresh_token'], ['lt_id']],
		['xlt_id=a; lt_token=b; lt_refresh_token=c', ['lt_token', 'lt_refresh_token'], ['lt_id']],
	])('%j: tells what is there and what is missing, and no value', (header, present, missing) => {
		expect(checkCookie(header)).toEqual({ ok: false, present, missing });
	});
});
