import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** Starts a server of a test's own, on a free port of one of the machine's own addresses. */
export async function startHttpServer(listener: RequestListener, host = '127.0.0.1') {
	const server = createServer(listener);
	server.listen(0, host);
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://${host}:${port}`,
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

export type HttpServer = Awaited<ReturnType<typeof startHttpServer>>;
