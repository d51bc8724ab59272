/**
 * Enters a community package that lies in n8n's nodes folder into n8n's database, as the Community Nodes screen does
 * after an installation, so that this screen lists it. Runs under the host's Node.js, with the host's own modules:
 *
 *     node registerPackage.js <host folder> <database file> <package folder>
 */
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { promisify } = require('node:util');

const BUSY_TIMEOUT_MS = 10_000;

async function main([hostFolder, databaseFile, packageFolder]) {
	const nodeModules = join(hostFolder, 'node_modules');
	const requireFromN8n = createRequire(join(nodeModules, 'n8n', 'package.json'));
	requireFromN8n('reflect-metadata');
	const { PackageDirectoryLoader } = requireFromN8n('n8n-core');
	const sqlite3 = requireFromN8n('sqlite3');

	const loader = new PackageDirectoryLoader(packageFolder);
	await loader.loadAll();
	const { name, version, author } = loader.packageJson;

	const database = new sqlite3.Database(databaseFile, sqlite3.OPEN_READWRITE);
	database.configure('busyTimeout', BUSY_TIMEOUT_MS);
	const run = promisify(database.run.bind(database));
	await run('BEGIN IMMEDIATE');
	await run('DELETE FROM installed_nodes WHERE package = ?', [name]);
	await run('DELETE FROM installed_packages WHERE packageName = ?', [name]);
	await run(
		`INSERT INTO installed_packages (packageName, installedVersion, authorName, authorEmail, createdAt, updatedAt)
		 VALUES (?, ?, ?, ?, datetime('now'), datetime('now'))`,
		[name, version, author?.name, author?.email],
	);
	for (const node of loader.loadedNodes) {
		await run(
			'INSERT INTO installed_nodes (name, type, latestVersion, package) VALUES (?, ?, ?, ?)',
			[
				loader.nodeTypes[node.name].type.description.displayName,
				`${name}.${node.name}`,
				node.version,
				name,
			],
		);
	}
	await run('COMMIT');
	await promisify(database.close.bind(database))();
}

main(process.argv.slice(2)).catch((error) => {
	console.error(error);
	process.exitCode = 1;
});
