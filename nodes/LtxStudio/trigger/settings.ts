import { isResourceLocatorValue, type IDataObject } from 'n8n-workflow';

import type { JobReport } from '../../shared/jobs/service';
import { userReferenceOf } from '../service/job';
import { parseJobId } from '../service/jobId';
import { MODES } from './fields';

/** Which jobs start the workflow; what is undefined does not matter. */
export interface Filters {
	email: string | undefined;
	replyRef: string | undefined;
	replyRefPrefix: string | undefined;
	status: string | undefined;
	type: string | undefined;
}

export interface Settings {
	mode: (typeof MODES)[keyof typeof MODES];
	register: boolean;
	filters: Filters;
	/** Whether the job is read again, and only that is believed. */
	verify: boolean;
	secret: string | undefined;
	/** Takes the place of `WEBHOOK_URL` when this n8n calls itself. */
	internalBaseUrl: string | undefined;
}

/**
 * Reads the form. Values may come from expressions: what is not text counts as empty.
 *
 * @param get reads a field of the form; each context of n8n does so in its own way
 */
export function readSettings(get: (name: string, fallback: object | string) => unknown): Settings {
	const filters = get('filters', {}) as IDataObject;
	const options = get('options', {}) as IDataObject;
	return {
		mode: get('mode', MODES.start) === MODES.resume ? 'resume' : 'start',
		register: get('register', '') === true,
		filters: {
			email: textOf(filters.email)?.toLowerCase(),
			replyRef: textOf(filters.replyRef),
			replyRefPrefix: textOf(filters.replyRefPrefix),
			status: textOf(filters.status),
			type: textOf(filters.type),
		},
		verify: options.verify !== false,
		secret: textOf(options.secret),
		internalBaseUrl: textOf(options.internalBaseUrl),
	};
}

function textOf(value: unknown): string | undefined {
	const text = isResourceLocatorValue(value) ? value.value : value;
	if (typeof text !== 'string' && typeof text !== 'number') return undefined;
	return String(text).trim() || undefined;
}

/** @returns whether a job may start the workflow */
export function passes(report: JobReport, filters: Filters): boolean {
	const { email, replyRef, replyRefPrefix, status, type } = filters;
	const job = parseJobId(report.jobId);
	const own = userReferenceOf(report.reference);
	return (
		(status === undefined || report.status === status) &&
		(type === undefined || job?.type === type) &&
		(email === undefined || job?.email.toLowerCase() === email) &&
		(replyRef === undefined || own === replyRef) &&
		(replyRefPrefix === undefined || own?.startsWith(replyRefPrefix) === true)
	);
}
