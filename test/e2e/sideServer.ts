import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a workflow has sent to a service beside useapi.net's LTX Studio API. */
export interface SideRequest {
	method: string | undefined;
	url: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

/** Answers every request with JSON. */
export async function startSideServer(answer: (request: SideRequest) => unknown) {
	const requests: SideRequest[] = [];
	const server = createServer((incoming, response) => {
		void buffer(incoming).then((body) => {
			const { method, url = '', headers } = incoming;
			const request = { method, url, headers, body };
			requests.push(request);
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(answer(request)));
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		requests,
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

export type SideServer = Awaited<ReturnType<typeof startSideServer>>;
