import fc from 'fast-check';
import { UnexpectedError, type IDataObject } from 'n8n-workflow';

import { openDesk, WEBHOOK_PATH } from '../../nodes/LtxStudio/service/desk';
import { receiveCallback } from '../../nodes/LtxStudio/trigger/receiveCallback';
import { makeReplyReference } from '../../nodes/shared/jobs/reference';
import { wake } from '../../nodes/shared/jobs/waiting/wake';
import { fakeWebhook, OWN_URL, TOKEN, type Answer, type Knock, type World } from './fakeN8n';
import { almost, hostileJson, hostileText } from './hostile';
import { drawn, type Kind } from './kind';

const JOB_ID = 'email:name@example.com-job:7a34b821-9fd0-205e-d21b-4abc6f7839e7-type:video';
const ORIGIN = {
	instanceId: 'instance',
	workflowId: 'workflow',
	executionId: '42',
	nodeId: 'node',
	run: '0',
	item: 0,
	content: '',
};
const RESUME_URL = 'https://n8n.example.com/webhook-waiting/42/ltx-studio?signature=abc';
const REFERENCE = makeReplyReference(ORIGIN, TOKEN, 'order-7');
const RELAYED = makeReplyReference(ORIGIN, TOKEN, 'order-7', RESUME_URL);
const SECRET = 'open sesame';
const FINISHED = { type: 'completed', artifact: { assetUrl: 'https://store.example/a.mp4' } };
const JOB = { jobId: JOB_ID, status: FINISHED, replyRef: REFERENCE };

const KEYS = [
	'jobId',
	'status',
	'type',
	'replyRef',
	'replyUrl',
	'artifact',
	'assetUrl',
	'ring',
	'code',
];

/** The ID of a job that nobody knows. */
const invented = fc.uuid().map((uuid) => JOB_ID.replace(/-job:[\w-]+-type/, `-job:${uuid}-type`));

/** A callback that somebody has made up, from nothing or from one that was seen elsewhere. */
const knocks: fc.Arbitrary<Knock> = fc.record({
	body: fc.oneof(
		{ weight: 1, arbitrary: hostileJson(...KEYS) },
		{
			weight: 4,
			arbitrary: fc.record(
				{
					jobId: fc.oneof(fc.constant(JOB_ID), invented, almost(JOB_ID), hostileText),
					status: fc.oneof(fc.constant(FINISHED), hostileJson(...KEYS)),
					replyRef: fc.oneof(almost(REFERENCE), almost(RELAYED), hostileText, hostileJson(...KEYS)),
					ring: fc.oneof(almost(REFERENCE), hostileText, hostileJson(...KEYS)),
				},
				{ requiredKeys: ['jobId', 'status'] },
			),
		},
	),
	query: fc.oneof(
		fc.constant({}),
		hostileJson('resume', 'secret', 'signature'),
		fc.record({ resume: fc.oneof(fc.constant(RESUME_URL), almost(RESUME_URL), hostileText) }),
		fc.record({ secret: fc.oneof(almost(SECRET), hostileText) }),
	),
});

/** An API that knows one job, and nothing else. */
const api: World = ({ url }) =>
	decodeURIComponent(new URL(url).pathname).toLowerCase().endsWith(JOB_ID)
		? { body: JSON.stringify(JOB) }
		: { statusCode: 404, body: '{"error":"not found"}' };

const isRecord = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null;

/** What is genuine although it was drawn. */
function isGenuine({ body, query }: Knock): boolean {
	const { replyRef, ring } = isRecord(body) ? body : {};
	const { secret } = isRecord(query) ? query : {};
	return (
		[replyRef, ring].some((text) => text === REFERENCE || text === RELAYED) || secret === SECRET
	);
}

function holds({ lines, requests }: Answer, most: number): void {
	if (requests.length > most) throw new UnexpectedError(`It cost ${requests.length} calls`);
	const bad = lines.find((line) => line.length > 600 || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(line));
	if (bad !== undefined) throw new UnexpectedError(`It logged ${JSON.stringify(bad)}`);
	if (JSON.stringify([lines, requests.map(({ url }) => url)]).includes(TOKEN)) {
		throw new UnexpectedError('It told the token');
	}
}

/** A trigger's door, which must stay shut. */
const triggerDoor = (
	name: string,
	parameters: IDataObject,
	mayStart: (body: unknown) => boolean,
): Kind =>
	drawn(name, knocks, () => {
		let calls = 0;
		const check = async (knock: Knock) => {
			fc.pre(!isGenuine(knock));
			const { context, answer } = fakeWebhook(knock, { world: api, parameters });
			const { workflowData } = await receiveCallback(context);
			holds(answer, 1);
			calls += answer.requests.length;
			if (workflowData !== undefined && !mayStart(knock.body)) {
				throw new UnexpectedError('It started the workflow');
			}
			if (answer.status === 0) throw new UnexpectedError('It did not answer');
		};
		return { check, more: () => ({ 'API calls': calls }) };
	});

/** Without a secret, anybody may tell of a job that the API then says has finished, unless a reference is forged for it. */
const isOfKnownJob = (body: unknown) =>
	isRecord(body) &&
	typeof body.jobId === 'string' &&
	body.jobId.toLowerCase() === JOB_ID &&
	!(typeof body.replyRef === 'string' && body.replyRef.startsWith('n8n2.'));

const sleepingNode: Kind = drawn('door: sleeping execution', knocks, () => ({
	check: async (knock: Knock) => {
		fc.pre(!isGenuine(knock));
		const job = { jobId: JOB_ID, reference: REFERENCE, title: '', settings: {} };
		const { context, answer } = fakeWebhook(knock, {
			world: api,
			evaluate: (expression) =>
				expression.includes('resumeUrl') ? OWN_URL : { items: [job], timeout: 60_000 },
		});
		const { workflowData } = await wake(context, openDesk, WEBHOOK_PATH);
		holds(answer, 0);
		if (workflowData !== undefined || answer.status < 400) {
			throw new UnexpectedError(`It was woken, and answered ${answer.status}`);
		}
	},
}));

const relay: Kind = drawn('door: relay', knocks, () => ({
	check: async (knock: Knock) => {
		fc.pre(!isGenuine(knock));
		const { context, answer } = fakeWebhook(knock, {
			world: () => ({ statusCode: 403 }),
			parameters: { mode: 'resume' },
		});
		const { workflowData } = await receiveCallback(context);
		holds(answer, 1);
		for (const { url } of answer.requests) {
			const { origin, pathname } = new URL(url);
			if (
				origin !== new URL(OWN_URL).origin ||
				!/^\/webhook-waiting\/[\w-]+\/ltx-studio$/.test(pathname)
			) {
				throw new UnexpectedError(`It called ${url}`);
			}
		}
		if (workflowData !== undefined || answer.status < 400) {
			throw new UnexpectedError(`It was taken, with ${answer.status}`);
		}
	},
}));

export const doors: Kind[] = [
	triggerDoor('door: trigger', {}, isOfKnownJob),
	triggerDoor('door: trigger with a secret', { options: { secret: SECRET } }, () => false),
	triggerDoor('door: trigger that reads nothing', { options: { verify: false } }, () => false),
	relay,
	sleepingNode,
];
