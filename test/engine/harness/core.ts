// n8n reads its environment while it is being loaded: nothing of it may be imported before this.
import { temporaryHome } from './environment';

import { rmSync } from 'node:fs';
import { Container } from '@n8n/di';
import { InstanceSettings } from 'n8n-core';
import { SSHClientsManager } from 'n8n-core/dist/execution-engine/ssh-clients-manager';
import { setGlobalState } from 'n8n-workflow';

export { Logger } from '@n8n/backend-common';
export {
	BinaryDataConfig,
	BinaryDataService,
	CredentialTestContext,
	ExecuteContext,
	ErrorReporter,
	ExecutionLifecycleHooks,
	ExternalSecretsProxy,
	FileLocation,
	getAdditionalKeys,
	HookContext,
	LoadOptionsContext,
	RoutingNode,
	WebhookContext,
	WorkflowExecute,
} from 'n8n-core';
export { Container };

// The settings are written once, here, and live in memory from now on.
Container.get(InstanceSettings);
rmSync(temporaryHome, { recursive: true, force: true });

// What `GENERIC_TIMEZONE` sets. Each expression asks for the time, and UTC is the zone that needs no table.
setGlobalState({ defaultTimezone: 'UTC' });

// Made for every node that runs, used by none here, and its timer would keep the process alive.
Container.get(SSHClientsManager).onShutdown();
