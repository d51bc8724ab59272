import { toWaitingUrl } from '../../../nodes/LtxStudio/trigger/waitingUrl';

const OWN = 'https://n8n.example.com/webhook-waiting/__UNKNOWN__';
const OWN_BELOW_A_PATH = 'https://example.com/n8n/webhook-waiting/__UNKNOWN__';

describe('toWaitingUrl', () => {
	it.each([
		['an execution', OWN, 'https://n8n.example.com/webhook-waiting/42'],
		['one with a resume token', OWN, 'https://n8n.example.com/webhook-waiting/42?signature=a%2Fb'],
		['one below a path', OWN_BELOW_A_PATH, 'https://example.com/n8n/webhook-waiting/42'],
		['a default port that is written out', OWN, 'https://n8n.example.com:443/webhook-waiting/42'],
	])('takes %s', (_case, own, resumeUrl) => {
		expect(toWaitingUrl(resumeUrl, own)).toBe(new URL(resumeUrl).href);
	});

	it.each([
		['another host', 'https://evil.example/webhook-waiting/42'],
		['another port', 'https://n8n.example.com:8443/webhook-waiting/42'],
		['another scheme', 'http://n8n.example.com/webhook-waiting/42'],
		['a host that begins alike', 'https://n8n.example.com.evil.example/webhook-waiting/42'],
		['another endpoint', 'https://n8n.example.com/rest/workflows'],
		['another path in front', 'https://n8n.example.com/n8n/webhook-waiting/42'],
		['the endpoint itself', 'https://n8n.example.com/webhook-waiting/'],
		['more below the execution', 'https://n8n.example.com/webhook-waiting/42/x'],
		['a way out', 'https://n8n.example.com/webhook-waiting/../rest'],
		['an encoded way out', 'https://n8n.example.com/webhook-waiting/%2e%2e/rest'],
		['an encoded slash', 'https://n8n.example.com/webhook-waiting/..%2frest'],
		['a file', 'file:///webhook-waiting/42'],
		['no URL', '42'],
		['nothing', ''],
	])('refuses %s', (_case, resumeUrl) => {
		expect(toWaitingUrl(resumeUrl, OWN)).toBeUndefined();
	});

	it('drops a name and a password', () => {
		expect(toWaitingUrl('https://user:pass@n8n.example.com/webhook-waiting/42', OWN)).toBe(
			'https://n8n.example.com/webhook-waiting/42',
		);
	});

	describe('with an internal address', () => {
		it.each([
			['http://localhost:5678', 'http://localhost:5678/webhook-waiting/42?signature=x'],
			['http://localhost:5678/', 'http://localhost:5678/webhook-waiting/42?signature=x'],
			['http://n8n/below/', 'http://n8n/below/webhook-waiting/42?signature=x'],
		])('%s leads to %s', (internal, expected) => {
			const resumeUrl = 'https://example.com/n8n/webhook-waiting/42?signature=x';
			expect(toWaitingUrl(resumeUrl, OWN_BELOW_A_PATH, internal)).toBe(expected);
		});

		it('takes the resume URL of a worker that knows no other', () => {
			const resumeUrl = 'http://localhost:5678/webhook-waiting/42';
			expect(toWaitingUrl(resumeUrl, OWN)).toBeUndefined();
			expect(toWaitingUrl(resumeUrl, OWN, 'http://localhost:5678')).toBe(resumeUrl);
		});

		it('still refuses every other place', () => {
			const elsewhere = 'http://localhost:9999/webhook-waiting/42';
			expect(toWaitingUrl(elsewhere, OWN, 'http://localhost:5678')).toBeUndefined();
		});

		it('keeps the name that the endpoint was given', () => {
			const own = 'https://example.com/hooks-waiting/__UNKNOWN__';
			expect(toWaitingUrl('https://example.com/hooks-waiting/7', own, 'http://n8n:5678')).toBe(
				'http://n8n:5678/hooks-waiting/7',
			);
		});

		it('is left out where it is none', () => {
			const resumeUrl = 'https://n8n.example.com/webhook-waiting/42';
			expect(toWaitingUrl(resumeUrl, OWN, 'localhost')).toBe(resumeUrl);
		});
	});
});
