import { N8nApi } from '../n8n-host/api';
import { ensureHost } from '../n8n-host/install';
import { describeProgress } from '../n8n-host/installProgress';
import { startN8n, type N8n } from '../n8n-host/instance';
import { packPackage } from '../n8n-host/packPackage';
import { showStep } from '../n8n-host/progress';
import { OWNER, publishSharedN8n } from './shared';

declare global {
	var e2eN8n: N8n | undefined;
}

/** Starts the n8n that all tests share, with the packed package installed. */
export default async function globalSetup(): Promise<void> {
	await showStep('Getting n8n 2.8.4 ready', ({ detail }) =>
		ensureHost('2.8.4', {
			onProgress: (progress) => {
				detail(describeProgress(progress));
			},
		}),
	);
	const tarball = await showStep('Building and packing the package', () => packPackage());
	const n8n = await showStep('Starting n8n', () => startN8n({ tarball }));
	globalThis.e2eN8n = n8n;
	const { cookie } = await N8nApi.connect(n8n.url, OWNER);
	const { url, version, userFolder, filesFolder, logFile } = n8n;
	publishSharedN8n({ url, version, userFolder, filesFolder, logFile, tarball, cookie });
}
