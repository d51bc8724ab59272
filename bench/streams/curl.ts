import { rm } from 'node:fs/promises';
import { run } from '../../test/n8n-host/processes';
import { EMAIL, type Service } from '../harness/service';

/** Fails where the server does, and says nothing else. */
const QUIET = ['--silent', '--show-error', '--fail'];

const curl = async (args: readonly string[]): Promise<void> => {
	await run('curl', [...QUIET, ...args], { cwd: '/' });
};

/** Where uploads go, without a slash at the end: curl would put the file's name behind it. */
const uploadUrl = ({ url }: Service): string =>
	`${url}/v1/ltxstudio/assets?email=${EMAIL}&type=image`;

const uploadArguments = (service: Service): string[] => [
	...['--request', 'POST', '--header', 'Expect:', '--header', 'Content-Type: video/mp4'],
	...['--header', `Authorization: Bearer ${service.token}`, '--output', '/dev/null'],
	uploadUrl(service),
];

/** Runs something. @returns how many seconds it took */
export async function timed(work: () => Promise<unknown>): Promise<number> {
	const startedAt = performance.now();
	await work();
	return (performance.now() - startedAt) / 1000;
}

/** @returns seconds */
export const curlUpload = (service: Service, file: string): Promise<number> =>
	timed(() => curl(['--upload-file', file, ...uploadArguments(service)]));

/** One curl takes a file from a URL, and another one sends it on. @returns seconds */
export const curlPassOn = (service: Service, from: string): Promise<number> =>
	timed(() =>
		run(
			'bash',
			[
				'-o',
				'pipefail',
				'-c',
				'curl --silent --show-error --fail "$0" | curl --silent --show-error --fail --upload-file - "$@"',
				from,
				...uploadArguments(service),
			],
			{ cwd: '/' },
		),
	);

/** @returns seconds */
export const curlDownload = (url: string, file: string): Promise<number> =>
	timedWriting([file], () => curl(['--output', file, url]));

/** Several at once. @returns seconds */
export async function curlDownloadAll(
	urls: readonly string[],
	fileOf: (index: number) => string,
	atOnce: number,
): Promise<number> {
	const files = urls.map((_, index) => fileOf(index));
	return await timedWriting(files, () =>
		curl([
			...['--no-progress-meter', '--parallel', '--parallel-immediate'],
			...['--parallel-max', String(atOnce)],
			...urls.flatMap((url, index) => ['--output', fileOf(index), url]),
		]),
	);
}

/** Deletes what was written: whoever comes next finds the disk, and the memory that caches it, as this one did. */
async function timedWriting(
	files: readonly string[],
	work: () => Promise<unknown>,
): Promise<number> {
	try {
		return await timed(work);
	} finally {
		await Promise.all(files.map((file) => rm(file, { force: true })));
	}
}
