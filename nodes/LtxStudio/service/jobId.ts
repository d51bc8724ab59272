import { isPrintable } from '../../shared/api/text';

/** What a generation makes. */
export type MediaType = 'image' | 'video';

export interface JobIdParts {
	email: string;
	uuid: string;
	type: MediaType;
}

/** An e-mail address has up to 254 characters, what is around it about 60. */
const MAX_JOB_ID = 400;

/** `email:{email}-job:{uuid}-type:{image|video}`; the vendor's own examples have letters beyond `f` in the UUID. */
const JOB_ID = /^email:([^\s@]+@[^\s@]+)-job:([0-9a-z]+(?:-[0-9a-z]+){2,})-type:(image|video)$/i;

/** The pattern of a job ID for a form's own validation. */
export const JOB_ID_PATTERN = JOB_ID.source;

/** The pattern of several job IDs, of which each is still to be looked at. */
export const JOB_IDS_PATTERN = String.raw`^\s*email:[\s\S]+-type:(image|video)[\s,]*$`;

export const JOB_ID_EXAMPLE =
	'email:name@example.com-job:7a34b821-9fd0-205e-d21b-4abc6f7839e7-type:video';

/** Puts the parts of a job ID together. */
export const toJobId = ({ email, uuid, type }: JobIdParts): string =>
	`email:${email}-job:${uuid}-type:${type}`;

/** @returns the parts of a job ID, or undefined if it is none */
export function parseJobId(jobId: string): JobIdParts | undefined {
	if (jobId.length > MAX_JOB_ID || !isPrintable(jobId)) return undefined;
	const [, email, uuid, type] = JOB_ID.exec(jobId) ?? [];
	if (!email || !uuid || !type) return undefined;
	return { email, uuid, type: type.toLowerCase() === 'video' ? 'video' : 'image' };
}
