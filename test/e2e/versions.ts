import { spawnSync } from 'node:child_process';
import { hosts } from '../n8n-host/hosts';

/** Runs the e2e tests on each n8n that is supported, or on those that are named; what else is given is left to jest. */
function main(given: readonly string[]): void {
	const all = Object.keys(hosts);
	const named = given.filter((word) => all.includes(word));
	const rest = given.filter((word) => !all.includes(word));
	const results = (named.length > 0 ? named : all).map((version) => {
		const args = ['jest', '--selectProjects', 'e2e', '--runInBand', '--forceExit'];
		const { status } = spawnSync('npx', [...args, ...rest], {
			stdio: 'inherit',
			env: { ...process.env, E2E_N8N: version },
		});
		return { version, passed: status === 0 };
	});
	for (const { version, passed } of results) {
		console.log(`n8n ${version}: ${passed ? 'passed' : 'FAILED'}`);
	}
	process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
}

main(process.argv.slice(2));
