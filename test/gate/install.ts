import { installFolder } from '../n8n-host/install';
import { currentRuntime } from '../n8n-host/nodeRuntime';

/** Installs what the gate checks with, unless it is there already. */
export const installGate = (): Promise<void> =>
	installFolder(__dirname, 'the gate', { runtime: currentRuntime(), rebuild: [] });
