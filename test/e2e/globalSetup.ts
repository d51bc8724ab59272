import { N8nApi } from '../n8n-host/api';
import { hosts, type HostVersion } from '../n8n-host/hosts';
import { ensureHost } from '../n8n-host/install';
import { describeProgress } from '../n8n-host/installProgress';
import { startN8n, type N8n } from '../n8n-host/instance';
import { packPackage } from '../n8n-host/packPackage';
import { showStep } from '../n8n-host/progress';
import { OWNER, publishSharedN8n } from './shared';

declare global {
	var e2eN8n: N8n | undefined;
}

/** The n8n that `E2E_N8N` names, or the oldest that is supported. */
function hostVersion(): HostVersion {
	const version = process.env.E2E_N8N ?? '2.8.4';
	if (version in hosts) return version as HostVersion;
	throw new Error(`E2E_N8N is ${version}. It must be one of ${Object.keys(hosts).join(', ')}.`);
}

/** Starts the n8n that all tests share, with the packed package installed. */
export default async function globalSetup(): Promise<void> {
	const version = hostVersion();
	await showStep(`Getting n8n ${version} ready`, ({ detail }) =>
		ensureHost(version, {
			onProgress: (progress) => {
				detail(describeProgress(progress));
			},
		}),
	);
	const tarball = await showStep('Building and packing the package', () => packPackage());
	const n8n = await showStep('Starting n8n', () => startN8n({ version, tarball }));
	globalThis.e2eN8n = n8n;
	const { cookie } = await N8nApi.connect(n8n.url, OWNER);
	const { url, userFolder, filesFolder, logFile } = n8n;
	publishSharedN8n({ url, version, userFolder, filesFolder, logFile, tarball, cookie });
}
