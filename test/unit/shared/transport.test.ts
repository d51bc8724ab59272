import { NodeApiError, type INode, type JsonObject } from 'n8n-workflow';

import { LTX_STUDIO_API } from '../../../nodes/LtxStudio/service/texts';
import { explain, explainNetwork } from '../../../nodes/shared/api/explain';
import {
	isNotConfigured,
	isRetired,
	networkFailure,
	parseRetryAfter,
	statusFailure,
	toThrownFailure,
	unreadableFailure,
} from '../../../nodes/shared/api/failure';
import { isForeign, isTransient, retryDelay } from '../../../nodes/shared/api/retryPolicy';

const NOW = Date.parse('2026-03-01T09:00:00Z');
const NODE: INode = {
	id: '1',
	name: 'Node',
	type: 'ltxStudio',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

describe('Retry-After', () => {
	it.each([
		['0', 0],
		['7', 7_000],
		[7, 7_000],
		['1.5', 1_500],
		['-3', 0],
		['Sun, 01 Mar 2026 09:00:20 GMT', 20_000],
		['Sun, 01 Mar 2026 08:00:00 GMT', 0],
		['soon', undefined],
		[undefined, undefined],
		[null, undefined],
		[['7'], undefined],
	])('%j is %j milliseconds', (value, wait) => {
		expect(parseRetryAfter(value, NOW)).toBe(wait);
	});
});

const failureOf = (status: number, body: unknown) => statusFailure(status, body, {}, NOW);
const WHY = { error: 'why' };

describe('an answer that is no success', () => {
	it.each([
		[400, 'none', false],
		[401, 'none', false],
		[402, 'none', false],
		[404, 'none', false],
		[408, 'unknown', true],
		[412, 'none', false],
		[422, 'none', false],
		[429, 'none', true],
		[500, 'unknown', true],
		[501, 'unknown', false],
		[502, 'unknown', true],
		[503, 'unknown', true],
		[504, 'unknown', true],
		[522, 'unknown', true],
		[596, 'none', false],
	])('%i: effect %s, may pass: %s', (status, effect, mayPass) => {
		const failure = failureOf(status, WHY);
		expect(failure).toMatchObject({ status, effect, detail: 'why' });
		expect(isTransient(failure)).toBe(mayPass);
	});

	it.each([
		[{ error: 'the error' }, 'the error'],
		[{ message: 'the message' }, 'the message'],
		[{ error: '', message: 'the message' }, 'the message'],
		[{ error: { code: 7 } }, 'no reason given'],
		[{ type: 'error', error: { type: 'x', message: 'the inner message' } }, 'the inner message'],
		[{}, 'no reason given'],
		['<html>', 'a web page instead of JSON, probably from a gateway or proxy'],
		['Not Found', 'no readable JSON'],
		[undefined, 'no readable JSON'],
		[null, 'no readable JSON'],
	])('tells the reason in %j', (body, detail) => {
		expect(failureOf(400, body).detail).toBe(detail);
	});

	it('names a page, and quotes nothing of it', () => {
		const headers = { 'content-type': 'text/html; charset=utf-8' };
		const page = '<html>secret</html>';
		for (const failure of [
			statusFailure(502, page, headers, NOW),
			unreadableFailure(200, headers),
		]) {
			expect(failure.detail).toBe('a web page instead of JSON, probably from a gateway or proxy');
			expect(JSON.stringify(failure)).not.toContain('secret');
		}
	});

	it.each([
		['an error of the API', { error: 'why' }, false],
		['an error with an object', { type: 'error', error: { message: 'why' } }, false],
		['an object without saying what it is', { error: { code: 403, message: 'why' } }, true],
		['a bare message', { message: 'why' }, true],
		['a bare code', { code: 7 }, true],
		['a job that has failed', { jobId: 'email:…', status: { type: 'failed' } }, false],
		['JSON of another kind', { status: 404, path: '/' }, true],
		['an empty object', {}, true],
		['an empty error', { error: '' }, true],
		['a list', [{ error: 'why' }], true],
		['a page', '<html>', true],
		['nothing', undefined, true],
	])('tells whether it is from the API itself: %s', (_, body, isForeignAnswer) => {
		const failure = failureOf(403, body);
		expect(failure.foreign ?? false).toBe(isForeignAnswer);
		expect(isForeign(failure)).toBe(isForeignAnswer);
		expect(isForeign(failureOf(503, body))).toBe(false);
	});

	it('keeps its JSON for the service to read', () => {
		const body = { jobId: 'email:…', status: { type: 'failed', message: 'why' } };
		expect(failureOf(422, body).body).toEqual(body);
		expect(failureOf(422, '<html>')).not.toHaveProperty('body');
	});

	it('takes over what Retry-After asks', () => {
		const failure = statusFailure(429, {}, { 'retry-after': '3' }, NOW);
		expect(failure.retryAfter).toBe(3_000);
	});

	it('tells a retired endpoint and an API without accounts from what is not there', () => {
		expect(isRetired(failureOf(410, WHY))).toBe(true);
		expect(isRetired(failureOf(404, { error: 'Endpoint not found' }))).toBe(true);
		expect(isRetired(failureOf(404, WHY))).toBe(false);
		expect(isNotConfigured(failureOf(404, { error: 'Configuration not found' }))).toBe(true);
		// The vendor's page has a text, or nothing at all.
		expect(isNotConfigured(failureOf(404, 'Not Found'))).toBe(true);
		expect(isNotConfigured(failureOf(404, ''))).toBe(true);
		expect(isNotConfigured(failureOf(404, '<html>'))).toBe(false);
		expect(isNotConfigured(failureOf(404, WHY))).toBe(false);
		expect(isNotConfigured(failureOf(404, { error: 'Endpoint not found' }))).toBe(false);
		expect(isNotConfigured(failureOf(400, { error: 'Configuration not found' }))).toBe(false);
	});
});

describe('an explanation', () => {
	const meanings = { 404: { message: 'The job is not known', description: '' } };

	it('takes what a status means at an endpoint from the API itself only', () => {
		const say = (body: unknown) => explain(failureOf(404, body), 'host', LTX_STUDIO_API, meanings);
		expect(say(WHY).message).toBe('The job is not known');
		// The vendor's page of this status shows no JSON.
		expect(say('').message).toBe('The job is not known');
		expect(say('<html>').message).toMatch(/^host answered 404: a web page/);
	});

	it.each([400, 401, 402, 403, 404, 412, 422, 429])(
		'does not take a page with %i for its word',
		(status) => {
			expect(explain(failureOf(status, '<html>'), 'host', LTX_STUDIO_API)).toEqual({
				message: `host answered ${status}: a web page instead of JSON, probably from a gateway or proxy`,
				description: 'Check the Base URL of the credential, and any proxy between n8n and it.',
			});
		},
	);

	it('names the host that has failed', () => {
		const failure = { ...toThrownFailure(new Error('no')), code: 'ENOTFOUND', host: 'storage' };
		expect(explain(failure, 'host', LTX_STUDIO_API).message).toMatch(/^storage has no address/);
		const down = { ...failureOf(503, undefined), host: 'storage' };
		expect(explain(down, 'host', LTX_STUDIO_API).message).toMatch(/^storage is unavailable/);
	});
});

describe('a call without an answer', () => {
	const thrown = (code: string, message: string) =>
		new NodeApiError(NODE, Object.assign(new Error(message), { code }) as object as JsonObject);

	it.each([
		['ECONNREFUSED', 'none', 'host refused the connection'],
		['ENOTFOUND', 'none', 'host has no address: its name is unknown'],
		['EAI_AGAIN', 'none', 'host could not be looked up: the name server did not answer'],
		['EHOSTUNREACH', 'unknown', 'host cannot be reached from here'],
		['ECONNRESET', 'unknown', 'host closed the connection'],
		['EPIPE', 'unknown', 'host closed the connection'],
		['ECONNABORTED', 'unknown', 'host did not answer in time'],
		['ETIMEDOUT', 'unknown', 'host did not answer in time'],
		['ERR_CANCELED', 'unknown', 'host was not waited for: the execution was cancelled'],
		['CERT_HAS_EXPIRED', 'none', 'No secure connection to host: original words'],
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'none', 'No secure connection to host: original words'],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'none', 'No secure connection to host: original words'],
		['EPROTO', 'unknown', 'No secure connection to host: original words'],
		['EWHATEVER', 'unknown', 'No answer from host: original words'],
	])('%s: effect %s, "%s"', (code, effect, message) => {
		const failure = toThrownFailure(thrown(code, 'original words'));
		expect(failure).toEqual({ code, effect, detail: 'original words' });
		expect(explainNetwork(failure, 'host').message).toBe(message);
	});

	it.each([
		['connect', 'ECONNREFUSED', 'none'],
		['connect', 'EHOSTUNREACH', 'none'],
		['connect', 'ENETUNREACH', 'none'],
		['connect', 'ETIMEDOUT', 'none'],
		['getaddrinfo', 'ENOTFOUND', 'none'],
		['read', 'EHOSTUNREACH', 'unknown'],
		['read', 'ENETUNREACH', 'unknown'],
		['write', 'EHOSTUNREACH', 'unknown'],
		['read', 'ETIMEDOUT', 'unknown'],
		['read', 'ECONNREFUSED', 'unknown'],
		['connect', 'ECONNRESET', 'unknown'],
	])(
		'%s %s: effect %s, whether n8n has kept the cause or only its words',
		(syscall, code, effect) => {
			const message = `${syscall} ${code} 192.0.2.1:443`;
			const cause = Object.assign(new Error(message), { code, syscall });
			const wrapped = new Error('outer', { cause: new Error('middle', { cause }) });
			expect(toThrownFailure(wrapped)).toMatchObject({ code, effect });
			expect(toThrownFailure(thrown(code, message))).toMatchObject({ code, effect });
		},
	);

	it('was never sent if none of the addresses of a host was connected', () => {
		const tries = (...syscalls: string[]) =>
			Object.assign(
				new AggregateError(
					syscalls.map((syscall) =>
						Object.assign(new Error('unreachable'), { code: 'EHOSTUNREACH', syscall }),
					),
				),
				{ code: 'EHOSTUNREACH' },
			);
		expect(toThrownFailure(tries('connect', 'connect')).effect).toBe('none');
		expect(toThrownFailure(tries('connect', 'read')).effect).toBe('unknown');
		expect(toThrownFailure(tries()).effect).toBe('unknown');
	});

	it('is known by the code of a cause, however deep', () => {
		const inner = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
		const outer = new Error('outer', { cause: new Error('middle', { cause: inner }) });
		expect(toThrownFailure(outer)).toMatchObject({ code: 'ECONNRESET', detail: 'read ECONNRESET' });
	});

	it('is known as forbidden by n8n, by the name that n8n gives it', () => {
		const inner = Object.assign(new Error('blocked'), { name: 'SsrfBlockedIpError' });
		const failure = toThrownFailure(new Error('outer', { cause: inner }));
		expect(failure).toEqual({ code: 'FORBIDDEN_ADDRESS', effect: 'none', detail: 'blocked' });
		expect(isTransient(failure)).toBe(false);
		expect(explainNetwork(failure, 'host').message).toBe(
			'n8n does not allow calls to host: blocked',
		);
	});

	it.each([undefined, null, 'text', new Error('')])('has a reason even for %j', (error) => {
		expect(toThrownFailure(error)).toEqual({ effect: 'unknown', detail: 'the request failed' });
	});

	it('may pass, unless the address or the certificate is wrong', () => {
		expect(isTransient(networkFailure('ECONNRESET', ''))).toBe(true);
		expect(isTransient(networkFailure('ENOTFOUND', ''))).toBe(true);
		expect(isTransient(networkFailure(undefined, ''))).toBe(true);
		expect(isTransient(networkFailure('CERT_HAS_EXPIRED', ''))).toBe(false);
		expect(isTransient(networkFailure('UNABLE_TO_VERIFY_LEAF_SIGNATURE', ''))).toBe(false);
		expect(isTransient(networkFailure('ERR_INVALID_URL', ''))).toBe(false);
	});
});

describe('the delay before another try', () => {
	it('doubles up to a limit, with jitter', () => {
		const bounds = [1, 2, 3, 4, 5, 6, 7].map((attempt) => [
			retryDelay(attempt, 0, 0),
			retryDelay(attempt, 0, 1),
		]);
		expect(bounds).toEqual([
			[250, 500],
			[500, 1_000],
			[1_000, 2_000],
			[2_000, 4_000],
			[4_000, 8_000],
			[5_000, 10_000],
			[5_000, 10_000],
		]);
	});

	it('never undercuts Retry-After', () => {
		expect(retryDelay(1, 20_000, 1)).toBe(20_000);
		expect(retryDelay(9, 1_000, 1)).toBe(10_000);
	});
});
