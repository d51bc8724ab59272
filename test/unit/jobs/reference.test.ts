import {
	isSameNode,
	makeReplyReference,
	marksOf,
	MAX_USER_REFERENCE,
	patternOf,
	readReplyReference,
	verifyReplyReference,
	type Origin,
} from '../../../nodes/shared/jobs/reference';
import { seededRandom } from '../../emulator';

const TOKEN = 'user:1234-abcdefghijklmnop';
const ORIGIN: Origin = {
	instanceId: 'n8n-1',
	workflowId: 'workflow-1',
	executionId: '4711',
	nodeId: 'node-1',
	run: '0',
	item: 3,
	content: '{"prompt":"A lake"}',
};
const RESUME_URL = 'https://n8n.example.com/webhook-waiting/4711?signature=abc';

const USER_REFERENCES = [
	undefined,
	'order-4711',
	'a.b..c.',
	'.',
	'Grüße, 世界 🦊',
	'{"order": 1}',
	'n8n.1.abcdefgh.0.0.AAAAAAAAAAAAAAAAAAAAAA',
	'x'.repeat(MAX_USER_REFERENCE),
];

describe('reply reference', () => {
	it.each(USER_REFERENCES)('gives back the user reference %j as it was', (own) => {
		const reference = makeReplyReference(ORIGIN, TOKEN, own, RESUME_URL);
		const verified = verifyReplyReference(reference, TOKEN, RESUME_URL);
		expect(verified).toMatchObject({ executionId: '4711', run: '0', item: 3 });
		expect(verified?.userReference).toBe(own);
	});

	it('takes an empty user reference for none', () => {
		expect(makeReplyReference(ORIGIN, TOKEN, '')).toBe(makeReplyReference(ORIGIN, TOKEN));
	});

	it('is the same for the same place, and another for each other place, token or address', () => {
		const others: Array<[Origin, string, string?, string?]> = [
			[ORIGIN, TOKEN],
			[{ ...ORIGIN, executionId: '4712' }, TOKEN],
			[{ ...ORIGIN, nodeId: 'node-2' }, TOKEN],
			[{ ...ORIGIN, run: '1' }, TOKEN],
			[{ ...ORIGIN, item: 4 }, TOKEN],
			[{ ...ORIGIN, instanceId: 'n8n-2' }, TOKEN],
			[{ ...ORIGIN, workflowId: 'workflow-2' }, TOKEN],
			[{ ...ORIGIN, content: '{"prompt":"A hill"}' }, TOKEN],
			[ORIGIN, `${TOKEN}x`],
			[ORIGIN, TOKEN, 'own'],
			[ORIGIN, TOKEN, undefined, RESUME_URL],
		];
		const references = others.map((parts) => makeReplyReference(...parts));
		expect(new Set(references).size).toBe(others.length);
		expect(makeReplyReference(ORIGIN, TOKEN)).toBe(references[0]);
	});

	it('stays below 256 characters', () => {
		const origin = { ...ORIGIN, executionId: '9'.repeat(20), run: '9999', item: 9_999_999 };
		expect(makeReplyReference(origin, TOKEN, 'x'.repeat(MAX_USER_REFERENCE)).length).toBeLessThan(
			256,
		);
	});

	it('holds neither the token nor the address', () => {
		const reference = makeReplyReference(ORIGIN, TOKEN, 'own', RESUME_URL);
		expect(reference).not.toContain('abcdefghijklmnop');
		expect(reference).not.toContain('webhook-waiting');
	});

	it('takes an execution ID with dots and other characters', () => {
		const executionId = 'a.b/c d%';
		const reference = makeReplyReference({ ...ORIGIN, executionId }, TOKEN);
		expect(verifyReplyReference(reference, TOKEN)?.executionId).toBe(executionId);
	});

	it.each([undefined, null, 7, {}, [], '', 'order-4711', 'n8n', 'n8n.1.2.3', 'n8n.......'])(
		'takes %j for none of ours',
		(reference) => {
			expect(readReplyReference(reference)).toBeUndefined();
			expect(verifyReplyReference(reference, TOKEN)).toBeUndefined();
		},
	);

	it('tells the node that it is of, in whichever execution, from all others', () => {
		const placeOf = (other: Partial<Origin>) =>
			readReplyReference(makeReplyReference({ ...ORIGIN, ...other }, TOKEN));
		const isOfNode = (other: Partial<Origin>) => {
			const place = placeOf(other);
			return place !== undefined && isSameNode(place, marksOf(ORIGIN));
		};
		expect(
			[{}, { executionId: '4712' }, { run: '1' }, { item: 9 }, { content: '' }].map(isOfNode),
		).toEqual(Array(5).fill(true));
		expect([{ nodeId: 'x' }, { workflowId: 'x' }, { instanceId: 'x' }].map(isOfNode)).toEqual(
			Array(3).fill(false),
		);
	});

	it('still says where it comes from when the API has cut it behind the item', () => {
		const reference = makeReplyReference(ORIGIN, TOKEN, 'own', RESUME_URL);
		const fields = reference.split('.');
		const behindItem = fields.slice(0, 6).join('.').length + 1;
		for (let length = behindItem; length < reference.length; length++) {
			const cut = readReplyReference(reference.slice(0, length));
			expect(cut).toMatchObject({ executionId: '4711', run: '0', item: 3 });
			expect([undefined, fields[6]]).toContain(cut?.digest);
		}
		// The item may be one of which this is but the first digit.
		expect(readReplyReference(reference.slice(0, behindItem - 1))).toBeUndefined();
	});

	it('reads those of version 0.1.0', () => {
		expect(readReplyReference(`n8n.4711.abcdefgh.0.3.${'A'.repeat(22)}.own`)).toEqual({
			scope: undefined,
			executionId: '4711',
			node: 'abcdefgh',
			run: '0',
			item: 3,
			digest: undefined,
			userReference: 'own',
			signature: 'A'.repeat(22),
		});
	});

	it('is never authentic under an empty token', () => {
		expect(verifyReplyReference(makeReplyReference(ORIGIN, ''), '')).toBeUndefined();
	});

	it.each([true, false])(
		'names its node, in whichever round of a loop, by a pattern (of any execution: %j)',
		(isOfAnyExecution) => {
			const pattern = patternOf(marksOf(ORIGIN), { isOfAnyExecution });
			const fits = (other: Partial<Origin>) => {
				const reference = makeReplyReference({ ...ORIGIN, ...other }, TOKEN, 'own');
				const parts = pattern.split('.').slice(0, -1);
				const fields = reference.split('.');
				return parts.every((part, index) => part === '*' || part === fields[index]);
			};
			expect([{}, { item: 7, content: 'x' }, { run: '1' }].map(fits)).toEqual([true, true, true]);
			expect(fits({ executionId: '9' })).toBe(isOfAnyExecution);
			expect(fits({ nodeId: 'other' })).toBe(false);
		},
	);

	it('accepts none of 10,000 that were forged or altered', () => {
		const random = seededRandom(20_260_301);
		const pick = (text: string) => text.charAt(Math.floor(random() * text.length));
		const alphabet = 'ABCXYZabcxyz0189-_.%';
		const alter: Array<(reference: string) => [reference: string, token: string, url: string]> = [
			// One character is another one.
			(reference) => {
				const at = Math.floor(random() * reference.length);
				const other = pick(alphabet.replace(reference.charAt(at), ''));
				return [reference.slice(0, at) + other + reference.slice(at + 1), TOKEN, RESUME_URL];
			},
			// One character is left out, or one more put in.
			(reference) => {
				const at = Math.floor(random() * reference.length);
				return [reference.slice(0, at) + reference.slice(at + 1), TOKEN, RESUME_URL];
			},
			(reference) => {
				const at = Math.floor(random() * (reference.length + 1));
				return [reference.slice(0, at) + pick(alphabet) + reference.slice(at), TOKEN, RESUME_URL];
			},
			// It is cut short, or signed for another place, address or token.
			(reference) => [
				reference.slice(0, Math.floor(random() * reference.length)),
				TOKEN,
				RESUME_URL,
			],
			(reference) => [reference, TOKEN, `${RESUME_URL}${pick(alphabet)}`],
			(reference) => [reference, `${TOKEN}${pick(alphabet)}`, RESUME_URL],
			(reference) => {
				const other = makeReplyReference({ ...ORIGIN, item: 4 }, TOKEN, 'own', RESUME_URL);
				const signatureOf = (text: string) => text.split('.')[7] ?? '';
				return [other.replace(signatureOf(other), signatureOf(reference)), TOKEN, RESUME_URL];
			},
		];
		let accepted = 0;
		for (let round = 0; round < 10_000; round++) {
			const item = Math.floor(random() * 100);
			const original = makeReplyReference({ ...ORIGIN, item: item + 5 }, TOKEN, 'own', RESUME_URL);
			const [reference, token, url] = alter[round % alter.length]?.(original) ?? ['', '', ''];
			if (reference === original && token === TOKEN && url === RESUME_URL) continue;
			if (verifyReplyReference(reference, token, url)) accepted++;
		}
		expect(accepted).toBe(0);
	});
});
