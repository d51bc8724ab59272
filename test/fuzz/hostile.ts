import fc from 'fast-check';

/** Pieces that have meant trouble somewhere: in paths, headers, expressions, terminals, parsers and patterns. */
const PIECES = [
	'',
	' ',
	'\0',
	'\n',
	'\r\n',
	'\t',
	'\u001b[2J',
	'\u202e',
	'\u2028',
	'\ufeff',
	'\ud800',
	'\udfff',
	'🦊',
	'.',
	'..',
	'../',
	'..\\',
	'%2e%2e',
	'%2f',
	'%',
	'%00',
	'/',
	'//',
	'\\',
	'?',
	'#',
	'&',
	'=',
	';',
	':',
	'@',
	'-',
	'--',
	'_',
	'*',
	'+',
	'"',
	"'",
	'`',
	'<',
	'>',
	'{',
	'}',
	'{{',
	'}}',
	'{{ $json }}',
	'${',
	'$(',
	'|',
	'a',
	'A',
	'0',
	'-job:',
	'-type:',
	'-type:video',
	'-type:image',
	'email:',
	'n8n',
	'n8n2',
	'signature',
	'resume',
	'__proto__',
	'constructor',
	'null',
	'undefined',
	'NaN',
	'true',
	'[object Object]',
	'http://',
	'https://',
	'file://',
	'user:pass@',
	'localhost',
	'127.0.0.1',
	'[::1]',
	'169.254.169.254',
	':80',
	'webhook-waiting',
	'ltx-studio',
	'lt_token=',
	'user:1234-',
	'application/json',
];

const piece = fc.constantFrom(...PIECES);

/** A piece again and again: what a pattern that goes back and forth would get lost in. */
const flood = fc
	.tuple(piece, fc.integer({ min: 1, max: 64 * 1024 }), piece)
	.map(([text, length, end]) => text.repeat(Math.floor(length / (text.length || 1))) + end);

/** Any text that somebody might send. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
	{ weight: 6, arbitrary: fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')) },
	{ weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
	{ weight: 1, arbitrary: flood },
);

/** A text that is right but for a few changes. */
export const almost = (genuine: string): fc.Arbitrary<string> =>
	fc
		.array(
			fc.tuple(
				fc.nat(genuine.length),
				fc.constantFrom('cut', 'put', 'put in place', 'end here', 'other case', 'twice'),
				fc.oneof(piece, fc.string({ maxLength: 3 })),
			),
			{ minLength: 1, maxLength: 4 },
		)
		.map((changes) =>
			changes.reduce((text, [at, change, by]) => {
				const [before, after] = [text.slice(0, at), text.slice(at)];
				switch (change) {
					case 'cut':
						return before + after.slice(1);
					case 'put':
						return before + by + after;
					case 'put in place':
						return before + by + after.slice(by.length);
					case 'end here':
						return before;
					case 'other case':
						return (
							before + (after === after.toUpperCase() ? after.toLowerCase() : after.toUpperCase())
						);
					default:
						return before + after + after;
				}
			}, genuine),
		);

/** Any JSON, with keys that mean something to this package more often than not. */
export function hostileJson(...keys: string[]): fc.Arbitrary<unknown> {
	const { json } = fc.letrec<{ json: unknown; object: object }>((tie) => ({
		object: fc.dictionary(
			fc.oneof(
				{ weight: 4, arbitrary: fc.constantFrom(...keys) },
				{ weight: 1, arbitrary: hostileText },
			),
			tie('json'),
			{ maxKeys: 8, depthIdentifier: 'json' },
		),
		json: fc.oneof(
			{ depthIdentifier: 'json', maxDepth: 5 },
			hostileText,
			fc.constantFrom(null, true, false, 0, -1, 1e308, 9e15, ''),
			fc.double(),
			tie('object'),
			fc.array(tie('json'), { maxLength: 5, depthIdentifier: 'json' }),
		),
	}));
	return json;
}
