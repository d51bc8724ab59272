/** What a document gets and loses, as a JSON merge patch: null takes a key away. */
interface Patch {
	[key: string]: Patch | string | number | boolean | null | readonly unknown[];
}

const GENERATIONS = ['text-to-video', 'image-to-video', 'audio-to-video', 'retake', 'extend'];
const SUBMITS = [...GENERATIONS, ...['video-to-video-hdr', 'video-to-video-reframe']] as const;
const CAMERA_MOTION = { $ref: '#/components/schemas/TextToVideoRequestCameraMotion' };
const MODELS = ['ltx-2-3-fast', 'ltx-2-3-pro', 'ltx-2-5-fast', 'ltx-2-5-pro'];

const ofEach = (names: readonly string[], patch: (name: string) => Patch | null): Patch =>
	Object.fromEntries(names.map((name) => [name, patch(name)]));

const schemas = (patch: Patch): Patch => ({ components: { schemas: patch } });

const properties = (patch: Patch): Patch => ({ properties: patch });

const anError = (description: string): Patch => ({
	description,
	content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
});

const pageOf = (page: string): Patch => ({
	externalDocs: { url: `https://docs.ltx.io/api-documentation/api-reference/${page}` },
});

const FORBIDDEN = anError('The endpoint is not available for the account');
const UNAVAILABLE = anError('Not available for a while');
const OVERLOADED = anError('Overloaded for a while');

/**
 * What has changed at Lightricks since the OpenAPI file of July 2026 that lies beside this: from the changelog, the
 * reference, and the pages on models, inputs and errors at docs.ltx.io, as they were on September 27, 2026.
 */
const changes: Array<{ since: string; what: string; patch: Patch }> = [
	{
		since: '2026-07-21',
		what: 'the API has a new address; the old one goes on working',
		patch: { servers: [{ url: 'https://api.ltx.io' }] },
	},
	{
		since: '2026-08-11',
		what: 'LTX-2.5, which can choose the duration by itself; LTX-2 is gone since 2026-08-16',
		patch: schemas({
			TextToVideoRequestModel: { enum: MODELS },
			ImageToVideoRequestModel: { enum: MODELS },
			AudioToVideoRequestModel: { enum: ['ltx-2-3-pro', 'ltx-2-5-fast', 'ltx-2-5-pro'] },
			EditVideoRequestModel: { enum: ['ltx-2-3-pro'] },
			ExtendVideoRequestModel: { enum: ['ltx-2-3-pro'] },
			TextToVideoRequest: properties({ duration: { type: ['integer', 'null'] } }),
			ImageToVideoRequest: properties({ duration: { type: ['integer', 'null'] } }),
		}),
	},
	{
		since: '2026-08-19',
		what: 'from audio: frame rate, last frame, camera motion and all resolutions, no guidance scale',
		patch: schemas({
			AudioToVideoRequestResolution: { enum: null },
			AudioToVideoRequest: {
				anyOf: [{ required: ['image_uri'] }, { required: ['prompt'] }],
				dependentRequired: { last_frame_uri: ['image_uri'] },
				properties: {
					guidance_scale: null,
					fps: { type: 'integer', default: 24 },
					last_frame_uri: { type: 'string' },
					camera_motion: CAMERA_MOTION,
				},
			},
		}),
	},
	{
		since: '2026-09-23',
		what: 'reframe chooses its model by itself',
		patch: schemas({
			VideoToVideoReframeRequest: {
				required: ['video_uri', 'resolution'],
				properties: { model: null },
			},
		}),
	},
	{
		since: '2026-09-27',
		what: 'limits that the reference gives by now',
		patch: schemas({
			...ofEach(['TextToVideoRequest', 'ImageToVideoRequest', 'AudioToVideoRequest'], () =>
				properties({ prompt: { maxLength: 5000 } }),
			),
			EditVideoRequest: properties({
				prompt: { maxLength: 5000 },
				start_time: { minimum: 0 },
				duration: { minimum: 2 },
			}),
			ExtendVideoRequest: properties({
				prompt: { maxLength: 5000 },
				duration: { minimum: 2, maximum: 20 },
				context: { minimum: 1, maximum: 20 },
			}),
		}),
	},
	{
		since: '2026-09-27',
		what: 'errors that the page on errors has for every call',
		patch: {
			paths: {
				...ofEach(
					SUBMITS.map((name) => `/v2/${name}`),
					() => ({ post: { responses: { 403: FORBIDDEN, 529: OVERLOADED } } }),
				),
				'/v2/{endpoint}/{id}': { get: { responses: { 503: UNAVAILABLE, 529: OVERLOADED } } },
				'/v1/upload': { post: { responses: { 529: OVERLOADED } } },
			},
		},
	},
	{
		since: '2026-09-27',
		what: 'where each call is described',
		patch: {
			paths: {
				...ofEach(
					SUBMITS.map((name) => `/v2/${name}`),
					(path) => ({
						post: pageOf(`async-video-generation/submit-${path.slice('/v2/'.length)}`),
					}),
				),
				'/v2/{endpoint}/{id}': { get: pageOf('async-video-generation/get-job-status') },
				'/v1/upload': { post: pageOf('upload/create-upload') },
			},
		},
	},
	{
		since: '2026-10-26',
		what: 'the calls that answer with the video itself are gone',
		patch: {
			paths: ofEach(
				GENERATIONS.map((name) => `/v1/${name}`),
				() => null,
			),
		},
	},
];

/**
 * Brings Lightricks' file up to date, and closes its objects: a key that no page shows is drift.
 * @returns the contract that both sides are held to
 */
export function withLtxChanges(document: unknown): unknown {
	const changed = changes.reduce<unknown>((value, { patch }) => merged(value, patch), document);
	return closed(changed);
}

/** Applies a JSON merge patch (RFC 7396). */
function merged(target: unknown, patch: unknown): unknown {
	if (!isObject(patch)) return patch;
	const result = isObject(target) ? { ...target } : {};
	for (const [key, value] of Object.entries(patch)) {
		const next = value === null ? undefined : merged(result[key], value);
		if (next === undefined) Reflect.deleteProperty(result, key);
		else result[key] = next;
	}
	return result;
}

function closed(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(closed);
	if (!isObject(value)) return value;
	const result = Object.fromEntries(
		Object.entries(value).map(([key, part]) => [key, closed(part)]),
	);
	const isOpen =
		value.type === 'object' && 'properties' in value && !('additionalProperties' in value);
	return isOpen ? { ...result, additionalProperties: false } : result;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
