import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { UnexpectedError } from 'n8n-workflow';

import { checkCookie } from '../../nodes/LtxStudio/service/cookie';
import { LTX_STUDIO_API } from '../../nodes/LtxStudio/service/texts';
import { toWaitingUrl } from '../../nodes/LtxStudio/trigger/waitingUrl';
import { Redactor } from '../../nodes/shared/api/redact';
import { makeReplyReference, verifyReplyReference } from '../../nodes/shared/jobs/reference';
import { OWN_URL, TOKEN } from './fakeN8n';
import { almost, hostileText } from './hostile';
import { drawn, type Kind } from './kind';

const RESUME_URL = 'https://n8n.example.com/webhook-waiting/42/ltx-studio?signature=abc';

const origins = fc.record({
	instanceId: fc.string(),
	workflowId: fc.string(),
	executionId: fc.stringMatching(/^[\w-]{1,20}$/),
	nodeId: fc.string(),
	run: fc.stringMatching(/^[\w-]{1,20}$/),
	item: fc.nat(999_999),
	content: fc.string(),
});

/** Genuine references are known, and nothing else is. */
const references: Kind = drawn(
	'references',
	origins.chain((origin) => {
		const reference = makeReplyReference(origin, TOKEN, 'order-7', RESUME_URL);
		return fc.record({
			reference: fc.constant(reference),
			forged: fc.oneof(
				{ weight: 4, arbitrary: almost(reference) },
				{ weight: 1, arbitrary: hostileText },
			),
			resumeUrl: fc.oneof(almost(RESUME_URL), hostileText),
			token: fc.oneof(almost(TOKEN), hostileText, fc.constant('')),
		});
	}),
	() => ({
		check: ({ reference, forged, resumeUrl, token }) => {
			if (!verifyReplyReference(reference, TOKEN, RESUME_URL)) {
				throw new UnexpectedError('A genuine reference was refused');
			}
			const taken = [
				forged !== reference && verifyReplyReference(forged, TOKEN, RESUME_URL),
				resumeUrl !== RESUME_URL && verifyReplyReference(reference, TOKEN, resumeUrl),
				// To HMAC, zero bytes at the end of a key are no difference; no token has any.
				token.replace(/\0+$/, '') !== TOKEN && verifyReplyReference(reference, token, RESUME_URL),
				verifyReplyReference(forged, '', RESUME_URL),
			];
			if (taken.some(Boolean)) throw new UnexpectedError('A forged reference was taken');
		},
	}),
);

/** The place that a URL leads to, and the name that it gives there. */
const placeOf = (text: string): string => {
	const { origin, username, password } = new URL(text);
	return JSON.stringify([origin, username, password]);
};

/** A relay calls this n8n's own waiting endpoint, and no other place. */
const relayTargets: Kind = drawn(
	'relay targets',
	fc.record({
		url: fc.oneof(
			{ weight: 3, arbitrary: almost(RESUME_URL) },
			{ weight: 1, arbitrary: hostileText },
		),
		internal: fc.oneof(fc.constant(undefined), fc.constant('http://n8n:5678/below'), hostileText),
	}),
	() => {
		let led = 0;
		return {
			check: ({ url, internal }) => {
				const target = toWaitingUrl(url, OWN_URL, internal);
				if (target === undefined) return;
				led++;
				const { pathname } = new URL(target);
				const own = [OWN_URL, internal ?? ''].filter((text) => URL.canParse(text)).map(placeOf);
				const isWaiting = /\/webhook-waiting\/[\w-]+(?:\/ltx-studio)?$/.test(pathname);
				if (!own.includes(placeOf(target)) || !isWaiting) {
					throw new UnexpectedError(`It would call ${target}`);
				}
			},
			more: () => ({ 'led to this n8n': led }),
		};
	},
);

const NOTATIONS: ReadonlyArray<(text: string) => string> = [
	(text) => text,
	encodeURIComponent,
	(text) => Buffer.from(text).toString('base64'),
	(text) => Buffer.from(text).toString('base64url'),
	(text) => Buffer.from(text).toString('hex'),
];

/** So much of a secret in a row may be left: no more can be told from chance. */
const HARMLESS = 11;

/** No secret of a cookie comes back out, in whatever notation, and cut wherever. */
const echoes: Kind = drawn(
	'echoes of secrets',
	fc.record({
		lengths: fc.tuple(fc.integer({ min: 16, max: 400 }), fc.integer({ min: 16, max: 100 })),
		notation: fc.constantFrom(...NOTATIONS),
		around: fc.tuple(hostileText, hostileText),
		cut: fc.tuple(fc.nat(8), fc.nat(8)),
	}),
	() => ({
		check: ({ lengths: [long, short], notation, around: [before, after], cut: [front, back] }) => {
			const secrets = [long, short, short].map((length) =>
				randomBytes(length).toString('base64url'),
			);
			const names = ['lt_id', 'lt_token', 'lt_refresh_token'];
			const cookie = checkCookie(
				names.map((name, at) => `${name}=${secrets[at] ?? ''}`).join('; '),
			);
			if (!cookie.ok) throw new UnexpectedError('The cookie was refused');
			const redactor = new Redactor([TOKEN, ...cookie.secrets], LTX_STUDIO_API.confidential);
			for (const secret of [TOKEN, ...secrets]) {
				const echo = notation(secret).slice(front, -back || undefined);
				const source = JSON.stringify([`${before.slice(-300)}${echo}${after.slice(0, 300)}`]);
				const shown = JSON.stringify(redactor.json(JSON.parse(source), source));
				for (let at = 0; at + HARMLESS < echo.length; at++) {
					if (!shown.includes(echo.slice(at, at + HARMLESS + 1))) continue;
					throw new UnexpectedError(`${echo.slice(at, at + HARMLESS + 1)} was left of ${echo}`);
				}
			}
		},
	}),
);

export const texts: Kind[] = [references, relayTargets, echoes];
