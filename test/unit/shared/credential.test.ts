import type {
	ICredentialDataDecryptedObject,
	IAdditionalCredentialOptions,
	IExecuteFunctions,
	IHttpRequestOptions,
} from 'n8n-workflow';
import { Readable } from 'node:stream';

import { LTX_STUDIO_API } from '../../../nodes/LtxStudio/service/texts';
import { connect } from '../../../nodes/shared/api/client';
import type { Failure } from '../../../nodes/shared/api/failure';
import { isLocal } from '../../../nodes/shared/api/retryPolicy';
import { VirtualClock } from '../../emulator/clock';
import { useClock } from '../../engine/harness/clock';

const OLD = { token: 'user:1234-abcdefghijklmnopqrst', baseUrl: 'https://api.useapi.net' };
const NEW = { ...OLD, token: 'user:1234-zyxwvutsrqponmlkjihg' };
const ELSEWHERE = { ...NEW, baseUrl: 'https://elsewhere.example' };
const LATER = 6_000;
const NO_RETRY = 0;

/** A node whose credential can change. The API answers with the key that it was sent. */
async function bind() {
	const clock = new VirtualClock(0);
	const restore = useClock(clock);
	let stored: ICredentialDataDecryptedObject | Error = OLD;
	let readings = 0;
	const sent: string[] = [];
	const refused = new Set<string>();
	const keyOf = ({ token }: ICredentialDataDecryptedObject) =>
		typeof token === 'string' ? token : '';
	const getCredentials = () => {
		readings++;
		return stored instanceof Error ? Promise.reject(stored) : Promise.resolve(stored);
	};
	const context = Object.assign(Object.create(null) as IExecuteFunctions, {
		getNode: () => ({ name: 'LTX Studio' }),
		getCredentials,
		helpers: {
			// As n8n's own does, it reads the credential where it is not given one.
			async httpRequestWithAuthentication(
				_type: string,
				{ url }: IHttpRequestOptions,
				{ credentialsDecrypted }: IAdditionalCredentialOptions = {},
			) {
				const data = credentialsDecrypted?.data ?? (await getCredentials());
				sent.push(`${keyOf(data)} to ${new URL(url).origin}`);
				const [statusCode, answer] = refused.has(keyOf(data))
					? [401, { error: 'Unauthorized' }]
					: [200, { echo: data.token }];
				const body = Readable.from([Buffer.from(JSON.stringify(answer))]);
				return { statusCode, headers: {}, body };
			},
		},
	});
	const client = await connect(context, LTX_STUDIO_API, NO_RETRY);
	return {
		sent,
		readings: () => readings,
		store: async (credential: ICredentialDataDecryptedObject | Error, wait = LATER) => {
			stored = credential;
			await clock.advance(wait);
		},
		refuse: (credential: typeof OLD) => {
			refused.add(credential.token);
		},
		explain: (failure: Failure) => client.explain(failure),
		call: async (method: 'GET' | 'POST' = 'GET') =>
			await client.send<{ echo: string }>({ method, path: 'v1/x' }),
		restore,
	};
}

describe('the credential of a node that runs', () => {
	it('is read once for calls in quick succession, and once for all that are sent together later', async () => {
		const { call, readings, store, restore } = await bind();
		for (let calls = 0; calls < 3; calls++) await call();
		expect(readings()).toBe(1);
		await store(OLD);
		await Promise.all([call(), call(), call()]);
		restore();
		expect(readings()).toBe(2);
	});

	it('may get a new key meanwhile, which is sent from then on, and hidden like the old one', async () => {
		const { call, sent, store, restore } = await bind();
		await store(NEW);
		const answer = await call();
		restore();
		expect(sent).toEqual([`${NEW.token} to ${NEW.baseUrl}`]);
		expect(answer).toEqual({ ok: true, body: { echo: '[hidden]' } });
	});

	it('may get a new key while the old one counts as fresh: one that is refused is looked up once more', async () => {
		const { call, sent, store, refuse, restore } = await bind();
		refuse(OLD);
		await store(NEW, 1_000);
		const answer = await call('POST');
		restore();
		expect(answer).toMatchObject({ ok: true });
		expect(sent).toEqual([OLD, NEW].map(({ token, baseUrl }) => `${token} to ${baseUrl}`));
	});

	it('is refused once where there is no other', async () => {
		const { call, sent, readings, refuse, restore } = await bind();
		refuse(OLD);
		const answer = await call('POST');
		restore();
		expect(answer).toMatchObject({ ok: false, failure: { status: 401, effect: 'none' } });
		expect([sent.length, readings()]).toEqual([1, 2]);
	});

	it('never has a key sent to another address than the one that it was stored with', async () => {
		const { call, sent, store, restore } = await bind();
		await store(ELSEWHERE);
		await call();
		restore();
		expect(sent).toEqual([`${OLD.token} to ${OLD.baseUrl}`]);
	});

	it('sends nothing while it cannot be read, and is read again at the next call', async () => {
		const { call, sent, store, explain, restore } = await bind();
		// As the driver of a database says it.
		const error = new Error('connect ECONNREFUSED 127.0.0.1:5432');
		await store(Object.assign(error, { code: 'ECONNREFUSED', syscall: 'connect' }));
		const answer = await call('POST');
		expect(answer).toMatchObject({ ok: false, failure: { effect: 'none' } });
		expect(!answer.ok && explain(answer.failure).message).toBe(
			'n8n could not read the useapi.net credential: connect ECONNREFUSED 127.0.0.1:5432',
		);
		expect(!answer.ok && isLocal(answer.failure)).toBe(true);
		await store(OLD);
		await call('POST');
		restore();
		expect(sent).toHaveLength(1);
	});
});
