import type { INodeExecutionData } from 'n8n-workflow';
import { Pool } from 'undici';
import type { WorkflowJson } from '../../test/n8n-host/api';
import { chain, endpoint, httpRequest, ltxStudio } from '../harness/nodes';
import type { Service } from '../harness/service';

/** What both sides' nodes are called. */
export const READER = 'Get Job';
/** As many requests as the package's node has under way at once. */
const AT_ONCE = 10;

const itemsOf = (jobId: string, count: number): INodeExecutionData[] =>
	Array.from({ length: count }, () => ({ json: { jobId } }));

/** Reads a job for each item, with this package. */
export const packageReads = (jobId: string, count: number): WorkflowJson =>
	chain(`${count} items`, itemsOf(jobId, count), [
		ltxStudio(READER, {
			resource: 'scheduler',
			operation: 'getJob',
			jobId: { __rl: true, mode: 'id', value: '={{ $json.jobId }}' },
		}),
	]);

/** The same with the HTTP Request node. */
export const byHandReads = (service: Service, jobId: string, count: number): WorkflowJson =>
	chain(`${count} items`, itemsOf(jobId, count), [
		httpRequest(READER, {
			url: `=${endpoint(service, 'assets/{{ encodeURIComponent($json.jobId) }}')}`,
			options: {},
		}),
	]);

/** The same without n8n. */
export async function undiciReads(
	{ url, token }: Service,
	jobId: string,
	count: number,
): Promise<void> {
	const pool = new Pool(url, { connections: AT_ONCE });
	const options = {
		path: `/v1/ltxstudio/assets/${encodeURIComponent(jobId)}`,
		method: 'GET',
		headers: { authorization: `Bearer ${token}` },
	} as const;
	let left = count;
	const work = async (): Promise<void> => {
		while (left-- > 0) await (await pool.request(options)).body.json();
	};
	await Promise.all(Array.from({ length: AT_ONCE }, work));
	await pool.close();
}
