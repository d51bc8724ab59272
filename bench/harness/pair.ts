import { Host } from './host';
import type { Setting } from './row';
import { startService, type Service, type ServiceOptions } from './service';

/** What a comparison takes place on: a service, and an n8n each for the package and for the work by hand. */
export interface Pair {
	service: Service;
	hosts: Record<'package' | 'byHand', Host>;
}

/** Starts a service and an n8n for each of the two sides, and stops them when the work is done. */
export async function withPair<T>(
	{ tarball }: Setting,
	options: ServiceOptions,
	work: (pair: Pair) => Promise<T>,
): Promise<T> {
	const service = await startService(options);
	const started = await Promise.allSettled([
		Host.start({ tarball, service }),
		Host.start({ tarball, service }),
	]);
	try {
		const [first, second] = started;
		if (first.status === 'rejected') throw first.reason;
		if (second.status === 'rejected') throw second.reason;
		return await work({ service, hosts: { package: first.value, byHand: second.value } });
	} finally {
		const hosts = started.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
		await Promise.all(hosts.map((host) => host.stop()));
		await service.stop();
	}
}
