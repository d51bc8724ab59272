import { WEBHOOK_PATH } from '../service/desk';
import { isWebUrl } from '../../shared/values';

/**
 * Finds out where this n8n takes calls for a stored execution. Only its own waiting endpoint is ever called, whatever is in
 * the resume URL.
 *
 * @param resumeUrl what came with the callback, as n8n gave it to the execution
 * @param ownResumeUrl any resume URL of this n8n, which tells its waiting endpoint
 * @param internalBaseUrl takes the place of everything before the waiting endpoint
 * @returns the URL to call, or undefined for one that is not of this n8n
 */
export function toWaitingUrl(
	resumeUrl: string,
	ownResumeUrl: string,
	internalBaseUrl?: string,
): string | undefined {
	if (!isWebUrl(resumeUrl) || !isWebUrl(ownResumeUrl)) return undefined;
	const endpoint = new URL('.', ownResumeUrl);
	const internal = internalBaseUrl === undefined ? undefined : inside(endpoint, internalBaseUrl);
	const given = new URL(resumeUrl);
	const executionId = [endpoint, internal].flatMap((base) => (base ? below(base, given) : []))[0];
	if (executionId === undefined) return undefined;
	const url = new URL(executionId, internal ?? endpoint);
	url.search = given.search;
	return url.href;
}

function inside(endpoint: URL, internalBaseUrl: string): URL | undefined {
	if (!isWebUrl(internalBaseUrl)) return undefined;
	const name = endpoint.pathname.split('/').at(-2) ?? '';
	const base = new URL(internalBaseUrl);
	if (!base.pathname.endsWith('/')) base.pathname += '/';
	return new URL(`${name}/`, base);
}

/** The path of an execution below a base; those that sleep since version 0.1.0 have no path of the node behind it. */
function below(base: URL, url: URL): string[] {
	if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return [];
	const rest = url.pathname.slice(base.pathname.length);
	const [executionId = '', suffix, ...more] = rest.split('/');
	const isNode = suffix === undefined || suffix === WEBHOOK_PATH;
	return /^[\w-]+$/.test(executionId) && isNode && more.length === 0 ? [rest] : [];
}
