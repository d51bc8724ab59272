/** The ways to make a video, by the part of the address that names them. */
const ENDPOINTS = [
	'text-to-video',
	'image-to-video',
	'audio-to-video',
	'retake',
	'extend',
	'video-to-video-reframe',
	'video-to-video-hdr',
] as const;

export type Endpoint = (typeof ENDPOINTS)[number];

export interface JobIdParts {
	endpoint: Endpoint;
	/** What the API itself calls the job. */
	id: string;
}

/** What the API calls a job may be anything that fits between two slashes of an address, but for a dot at the beginning, which would lead elsewhere. */
const JOB_ID = new RegExp(`^(${ENDPOINTS.join('|')})/((?!\\.)[!"$-.0->@-~]{1,200})$`);

export const JOB_ID_EXAMPLE = 'text-to-video/7a34b821-9fd0-405e-921b-4abc6f7839e7';

/**
 * The ID that the nodes show. The API finds a job only where it was submitted, so that its own ID is not enough.
 */
export const toJobId = ({ endpoint, id }: JobIdParts): string => `${endpoint}/${id}`;

/** @returns the parts of a job ID, or undefined if it is none */
export function parseJobId(jobId: string): JobIdParts | undefined {
	const [, name, id] = JOB_ID.exec(jobId) ?? [];
	const endpoint = ENDPOINTS.find((known) => known === name);
	return endpoint === undefined || id === undefined ? undefined : { endpoint, id };
}
