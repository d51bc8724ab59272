import { installFolder } from '../n8n-host/install';
import { currentRuntime } from '../n8n-host/nodeRuntime';
import { CommandError, run } from '../n8n-host/processes';
import { showStep } from '../n8n-host/progress';

/** Checks the nodes against the types of the oldest n8n, so that no call slips in that it does not know. */
async function main(): Promise<void> {
	await showStep('Checking types against the oldest n8n', async () => {
		await installFolder(__dirname, "the oldest n8n's types", {
			runtime: currentRuntime(),
			rebuild: [],
		});
		await run('npx', ['tsc', '--project', __dirname], { cwd: __dirname });
	});
}

main().catch((error: unknown) => {
	if (!(error instanceof CommandError)) throw error;
	console.error(error.output);
	process.exitCode = 1;
});
