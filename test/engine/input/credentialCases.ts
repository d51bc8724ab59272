import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Emulator, RequestFault } from '../../emulator';

/** A server that sends every call elsewhere, or that others are sent to; remembers what it was given. */
export class Elsewhere {
	private constructor(
		private readonly server: Server,
		readonly url: string,
		/** The Authorization header of each call, empty where there was none. */
		readonly tokens: string[],
	) {}

	/** @param target where calls are sent; answers them as the API does if left out */
	static async start(status = 200, target = ''): Promise<Elsewhere> {
		const tokens: string[] = [];
		const server = createServer((request, response) => {
			tokens.push(request.headers.authorization ?? '');
			response.writeHead(status, {
				'content-type': 'application/json',
				...(target && { location: target }),
			});
			response.end('{"subscription":"active"}');
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		return new Elsewhere(server, `http://127.0.0.1:${port}`, tokens);
	}

	async close(): Promise<void> {
		await new Promise((resolve) => this.server.close(resolve));
	}
}

export interface CredentialCase {
	title: string;
	/** What is typed, where it differs from the right token and address. */
	typed?: { token?: string; baseUrl?: string };
	prepare?: (emulator: Emulator) => void;
	/** The message; it works if left out. */
	says?: RegExp;
	/** The message of an n8n that forgets the status before it looks for what we say about it: up to 2.8.4 at least. */
	saysAtFirst?: RegExp;
}

const fault = (
	title: string,
	requestFault: RequestFault,
	messages: Pick<CredentialCase, 'says' | 'saysAtFirst'>,
): CredentialCase => ({
	title,
	prepare: ({ faults }) => {
		faults.add(requestFault);
	},
	...messages,
});

const noToken: Pick<CredentialCase, 'says' | 'saysAtFirst'> = {
	says: /^The API token was not accepted\..*not start with "user:"/,
	saysAtFirst: /^Authorization failed/,
};

const noUrl = /^The Base URL is not a URL\. The usual one is https:\/\/api\.useapi\.net\.$/;

/** What the test of an API token must say, in the harness and on every n8n. */
export const credentialCases: readonly CredentialCase[] = [
	{ title: 'a good one' },
	{
		title: 'a good one while the LTX Studio API is retired',
		prepare: ({ behaviour }) => {
			behaviour.retired = 410;
		},
	},
	{ title: 'a mistyped token', typed: { token: 'user:1-mistyped' }, ...noToken },
	{ title: 'a token without its prefix', typed: { token: '1-mistyped' }, ...noToken },
	{ title: 'no token', typed: { token: ' ' }, says: /^The API Token is empty\./ },
	{
		title: 'no subscription',
		prepare: ({ behaviour }) => {
			behaviour.subscription = false;
		},
		says: /^The useapi\.net subscription is not active\. Renew the subscription in your useapi\.net account, then try again\.$/,
		saysAtFirst: /^Payment required/,
	},
	...([404, 410] as const).map((status) =>
		fault(
			`an API that is gone (${status})`,
			{ kind: 'status', status, body: { error: 'Endpoint not found' } },
			{
				says: /^This endpoint no longer exists\. .*retired.*Base URL/,
				saysAtFirst: /could not be found|request is invalid/,
			},
		),
	),
	fault(
		'a page instead of JSON',
		{ kind: 'html200' },
		{ says: /Check the Base URL, and any proxy/ },
	),
	fault(
		'the page of a gateway',
		{ kind: 'status', status: 502, html: true },
		{ says: /^The API is unavailable \(502\)\./, saysAtFirst: /^Bad gateway/ },
	),
	...['api.useapi.net', 'ftp://api.useapi.net'].map((baseUrl) => ({
		title: `"${baseUrl}" as Base URL`,
		typed: { baseUrl },
		says: noUrl,
	})),
	{
		title: 'an address where nothing is',
		typed: { baseUrl: 'http://127.0.0.1:9' },
		says: /ECONNREFUSED/,
		saysAtFirst: /refused the connection/,
	},
];
