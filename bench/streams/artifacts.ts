import type { WorkflowJson } from '../../test/n8n-host/api';
import type { Host } from '../harness/host';
import type { Service } from '../harness/service';
import { MEBIBYTE, WARM_UP_SHARE } from './files';

/** Runs a workflow once while the service's artifacts are smaller; from then on they have the size given. */
export async function warmUpSmaller(
	host: Host,
	workflow: WorkflowJson,
	service: Service,
	mebibytes: number,
): Promise<void> {
	await service.behave({ artifactBytes: Math.ceil(mebibytes * WARM_UP_SHARE) * MEBIBYTE });
	await host.run(await host.load(workflow));
	await service.behave({ artifactBytes: mebibytes * MEBIBYTE });
}
