import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ownSettings, sharedSettings } from '../queue/settings';

const folder = join(__dirname, '../../examples/queue-mode');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

interface Service {
	image: string;
	command?: string;
	environment?: Record<string, string>;
	depends_on?: string[] | Record<string, unknown>;
	volumes?: string[];
}

const { services, volumes } = parse(read('compose.yaml'), { merge: true, strict: true }) as {
	services: Record<string, Service>;
	volumes: Record<string, unknown>;
};
const named = (wanted: string): Service => {
	const service = services[wanted];
	if (!service) throw new Error(`There is no service ${wanted}`);
	return service;
};

/** Where the example has addresses and secrets of its own. */
const OWN_VALUES = /_(HOST|PORT|PASSWORD|KEY|URL)$/;
const tested = sharedSettings({ redisPort: 0, postgresPort: 0, url: '', encryptionKey: '' });

describe('the example of queue mode', () => {
	it.each([
		['main', 'start'],
		['worker-1', 'worker'],
		['worker-2', 'worker'],
		['webhook-1', 'webhook'],
		['webhook-2', 'webhook'],
	] as const)('runs %s with the settings that are tested', (name, command) => {
		const service = named(name);
		expect(service.command ?? 'start').toBe(command);
		const { environment = {} } = service;
		expect(Object.keys(environment)).toEqual(expect.arrayContaining(Object.keys(tested)));
		const fixed = Object.entries(tested).filter(([key]) => !OWN_VALUES.test(key));
		expect(environment).toMatchObject({ ...Object.fromEntries(fixed), ...ownSettings[command] });
	});

	it('names services and volumes that are there', () => {
		const all = Object.values(services);
		const needed = all.flatMap(({ depends_on: needs = [] }) =>
			Array.isArray(needs) ? needs : Object.keys(needs),
		);
		expect(Object.keys(services)).toEqual(expect.arrayContaining(needed));
		const mounted = all
			.flatMap((service) => service.volumes ?? [])
			.map((line) => line.split(':')[0]);
		expect([...Object.keys(volumes), './nginx.conf'].sort()).toEqual([...new Set(mounted)].sort());
		const upstreams = [...read('nginx.conf').matchAll(/^\s*server (\S+):5678;$/gm)];
		expect(upstreams.map(([, name]) => name)).toEqual(['main', 'webhook-1', 'webhook-2']);
	});

	it('holds no secret', () => {
		const secrets = Object.values(services)
			.flatMap(({ environment = {} }) => Object.entries(environment))
			.filter(([key]) => /(PASSWORD|KEY)$/.test(key));
		expect(secrets.length).toBeGreaterThan(0);
		expect(secrets.filter(([, value]) => !/^\$\{\w+(:\?[^}]*)?\}$/.test(value))).toEqual([]);
	});
});
