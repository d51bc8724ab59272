import type { IDataObject, INode } from 'n8n-workflow';

import { claimsToBeOurs, readReplyReference } from '../../shared/jobs/reference';
import {
	withoutError,
	withOrder,
	type JobFile,
	type JobReport,
	type OutputForm,
} from '../../shared/jobs/service';
import { isRecord, numberOf, textOf } from '../../shared/values';
import { isSinceVersion11 } from '../versions';
import { parseJobId } from './jobId';

/** A file of LTX Studio behind a signed URL, as the API answers it. */
export interface SignedAsset {
	assetUrl?: string;
	/** Epoch milliseconds as a string. */
	expirationDateString?: string;
	asset?: { type?: string; fileId?: string; mimeType?: string; artifactSubtype?: string };
}

/**
 * A job as `GET assets/{jobId}`, a create call and a callback answer it. All of it is optional, and none of it is believed.
 * @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-assets-jobId
 */
export interface JobAnswer {
	jobId?: unknown;
	generationId?: unknown;
	status?: unknown;
	replyRef?: unknown;
	code?: unknown;
}

/** The last millisecond that a date can be. */
const LAST_DATE = 8.64e15;

/** @param value epoch milliseconds as a string */
function toTime(value: unknown): number | undefined {
	const time = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
	return time > 0 && time <= LAST_DATE ? time : undefined;
}

/** @param value epoch milliseconds as a string */
export function toIsoDate(value: unknown): string | null {
	const time = toTime(value);
	return time === undefined ? null : new Date(time).toISOString();
}

/** The user's own part of a reference, or all of one that this package did not make. */
export function userReferenceOf(replyRef: unknown): string | null {
	return claimsToBeOurs(replyRef)
		? (readReplyReference(replyRef)?.userReference ?? null)
		: (textOf(replyRef) ?? null);
}

const STATUSES = ['active', 'completed', 'failed'] as const;

/** Brings an answer of the API into what the engine understands. */
export function toReport(answer: JobAnswer, jobId: string): JobReport {
	const status = record(answer.status);
	const word = textOf(status.type) ?? '';
	const facts = {
		generationId: textOf(answer.generationId),
		code: word === 'completed' ? undefined : numberOf(answer.code),
	};
	return {
		jobId,
		status: STATUSES.find((known) => known === word) ?? 'unknown',
		word,
		reference: textOf(answer.replyRef),
		message: textOf(status.message),
		file: toFile(record(status.artifact), jobId),
		facts: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
		answer: { ...answer } as IDataObject,
	};
}

/** A job of which nothing but its ID is known. */
export const blankReport = (jobId: string): JobReport => ({
	...toReport({}, jobId),
	status: 'active',
	word: 'active',
});

function toFile(artifact: IDataObject, jobId: string): JobFile | undefined {
	const url = textOf(artifact.assetUrl);
	if (url === undefined) return undefined;
	const { uuid = '', type = 'file' } = parseJobId(jobId) ?? {};
	return {
		url,
		mimeType: textOf(record(artifact.asset).mimeType) ?? null,
		expiresAt: toTime(artifact.expirationDateString),
		unique: uuid.slice(0, 8),
		kind: type,
	};
}

/** How a node puts out jobs, by its version. */
export const outputOf = (node: INode) => (isSinceVersion11(node) ? toOutput : toFirstOutput);

/** A job as a node puts it out: what it was made for comes first, and the long address of its file last. */
function toOutput(report: JobReport, form: OutputForm): IDataObject {
	const output = toFirstOutput(report, form);
	if (!form.isSimplified) return withOrder(form, output);
	const { replyRef, assetUrl, expiresAt, ...job } = output;
	const reference = replyRef === null ? {} : { replyRef };
	return withOrder(form, { ...job, ...reference }, { expiresAt, assetUrl });
}

/** A job as version 1 of the node puts it out. */
export function toFirstOutput(
	report: JobReport,
	{ isSimplified }: Pick<OutputForm, 'isSimplified'>,
): IDataObject {
	const { jobId, answer, facts, file, message, reference } = report;
	const { email, type } = parseJobId(jobId) ?? {};
	const replyRef = userReferenceOf(reference);
	if (!isSimplified) {
		return { ...withoutError(withoutTokens(answer)), ...facts, jobId, email, replyRef };
	}
	const status = record(answer.status);
	const artifact = record(status.artifact);
	return {
		assetUrl: file?.url ?? null,
		jobId,
		type,
		status: report.status === 'unknown' ? report.word : report.status,
		progress: numberOf(status.progress) ?? (report.status === 'completed' ? 100 : 0),
		fileId: textOf(record(artifact.asset).fileId) ?? null,
		mimeType: file?.mimeType ?? null,
		expiresAt: toIsoDate(artifact.expirationDateString),
		email,
		replyRef,
		...(message === undefined ? {} : { message }),
		...facts,
	};
}

const record = (value: unknown): IDataObject => (isRecord(value) ? value : {});

/** @returns an answer whose reply URL ends before the secret of a trigger, or n8n's token for an execution */
export function withoutTokens(answer: IDataObject): IDataObject {
	const replyUrl = textOf(answer.replyUrl);
	return replyUrl === undefined ? answer : { ...answer, replyUrl: replyUrl.split(/[?#]/, 1)[0] };
}
