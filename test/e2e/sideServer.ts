import type { IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { startHttpServer } from '../httpServer';

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
	const { url, close } = await startHttpServer((incoming, response) => {
		void buffer(incoming).then((body) => {
			const { method, url: path = '', headers } = incoming;
			const request = { method, url: path, headers, body };
			requests.push(request);
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(answer(request)));
		});
	});
	return { url, requests, close };
}

export type SideServer = Awaited<ReturnType<typeof startSideServer>>;
