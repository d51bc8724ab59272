import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { INodeParameters } from 'n8n-workflow';

import { forgetRequests } from '../fixtures';
import { startLab, type Lab } from '../setup';
import { holdTimeLimits } from './timeLimits';

const LIST: INodeParameters = { resource: 'scheduler', operation: 'getAll' };
const MEGABYTE = 1024 * 1024;

async function listen(server: Server): Promise<string> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('an API that never comes to an end', () => {
	let lab: Lab;
	const servers: Server[] = [];

	beforeAll(async () => {
		lab = await startLab();
	});

	beforeEach(() => {
		forgetRequests(lab);
	});

	afterEach(() => {
		jest.restoreAllMocks();
		for (const server of servers.splice(0)) server.close();
	});

	afterAll(async () => {
		await lab.close();
	});

	const listAt = async (host: string) => {
		const { token } = lab.emulator;
		lab.engine.setCredential('useapiApi', { token, baseUrl: `http://${host}` });
		return await lab.engine.runNode({ parameters: LIST });
	};

	const serve = async (listener: RequestListener) => {
		const server = createServer(listener);
		servers.push(server);
		return await listen(server);
	};

	const tooSlow = (host: string) => ({
		message: `${host} did not finish its answer within 30 seconds`,
		description: expect.stringContaining('longest that this call may take') as string,
	});

	it.each<[string, (response: ServerResponse) => void]>([
		['sends nothing', () => undefined],
		['sends one byte after another', (response) => void response.write('[')],
	])('is left after 30 s when it %s', async (_, answer) => {
		const endTime = holdTimeLimits();
		const closed: Array<Promise<unknown>> = [];
		const host = await serve((_request, response) => {
			closed.push(once(response, 'close'));
			answer(response);
			setImmediate(endTime);
		});

		expect((await listAt(host)).error).toMatchObject(tooSlow(host));
		await Promise.all(closed);
	});

	it('is left after 30 s when it does not even come to the end of its header', async () => {
		const endTime = holdTimeLimits();
		const closed: Array<Promise<unknown>> = [];
		const server = createTcpServer((socket) => {
			closed.push(new Promise((resolve) => socket.once('close', resolve)));
			socket.on('error', () => undefined).resume();
			socket.write('HTTP/1.1 200 OK\r\nx-slow: ', endTime);
		});
		servers.push(server);
		const host = await listen(server);

		expect((await listAt(host)).error).toMatchObject(tooSlow(host));
		await Promise.all(closed);
	});

	const endless = (response: ServerResponse) => {
		let sent = 0;
		const chunk = Buffer.alloc(MEGABYTE, ' ');
		const source = new Readable({
			read() {
				sent += chunk.length;
				this.push(chunk);
			},
		});
		response.writeHead(200, { 'content-type': 'application/json' });
		source.pipe(response);
		response.on('close', () => source.destroy());
		return () => sent;
	};

	it('is not read beyond 8 MB, and not asked again', async () => {
		const sent: Array<() => number> = [];
		const host = await serve((_request, response) => void sent.push(endless(response)));

		expect((await listAt(host)).error).toMatchObject({
			message: `${host} sent more than 8 MB`,
			description: expect.stringContaining('largest answer that is read') as string,
		});
		expect(sent).toHaveLength(1);
		expect(sent[0]?.()).toBeLessThan(20 * MEGABYTE);
	});

	it('is not unpacked beyond 8 MB either', async () => {
		const bomb = gzipSync(Buffer.alloc(20 * MEGABYTE));
		const host = await serve((_request, response) => {
			response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
		});
		expect((await listAt(host)).error?.message).toBe(`${host} sent more than 8 MB`);
	});
});
