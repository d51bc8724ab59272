import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

/** Where a request breaks: nothing has left the client yet, or the answer is being read. */
export type NetworkPhase = 'connect' | 'read';

const STARTED = 'http.client.request.start';

/**
 * Lets `node:http` requests of this process end with any network error. No server can make a client's system
 * say that a host cannot be reached.
 */
export class ClientErrors {
	private readonly open = new Set<ClientRequest>();

	constructor() {
		subscribe(STARTED, this.onStart);
	}

	close(): void {
		unsubscribe(STARTED, this.onStart);
	}

	/**
	 * Breaks the request that came in on a connection.
	 * @returns whether it is one of this process
	 */
	break(
		{ remotePort, localAddress, localPort }: Socket,
		code: string,
		phase: NetworkPhase,
	): boolean {
		const isMeant = ({ socket }: ClientRequest) => socket?.localPort === remotePort;
		const request = [...this.open].find(isMeant);
		if (!request) return false;
		const host = phase === 'connect' ? ` ${localAddress}:${localPort}` : '';
		const error = new Error(`${phase} ${code}${host}`);
		request.socket?.destroy(Object.assign(error, { code, syscall: phase }));
		return true;
	}

	private readonly onStart = (message: unknown): void => {
		const { request } = message as { request: ClientRequest };
		this.open.add(request);
		request.once('close', () => {
			this.open.delete(request);
		});
	};
}
