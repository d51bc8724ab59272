import type { FastifyPluginCallback, FastifyRequest, preHandlerHookHandler } from 'fastify';
import type { Emulator } from '../emulator';
import { storagePath } from '../library';
import { randomUuid } from '../random';
import { leaveBodiesUnread, mediaType, receiveUpload } from './upload';

const TYPES = ['image/jpeg', 'image/png', 'image/webp'];
const MAX_BYTES = 20 * 1024 * 1024;
const USER_ID = /^user:(\d+)-/;

const NO_SESSION =
	'Luma account has an error. Please check your account configuration via GET /v1/luma/accounts ' +
	'or re-add the account via POST /v1/luma/accounts';

/** `/v1/luma`, whose errors carry no code. */
export const lumaRoutes =
	(emulator: Emulator): FastifyPluginCallback =>
	(scope, _options, done) => {
		const { lumaAccounts, media, random } = emulator;
		leaveBodiesUnread(scope);
		scope.addHook('preHandler', requireToken(emulator));

		scope.get('/accounts', () =>
			Object.fromEntries(
				[...lumaAccounts.values()].map(({ email, dead = false }) => [
					email,
					{ email, ...(dead && { error: 'The session is no longer valid' }) },
				]),
			),
		);

		scope.post<{ Params: { email: string } }>('/assets/:email', async (request, reply) => {
			const { email } = request.params;
			const refuse = (status: number, error: string) => reply.code(status).send({ error });

			const account = lumaAccounts.get(email);
			if (!account) return refuse(404, `Unable to find configuration for email ${email}`);
			if (account.dead) return refuse(596, NO_SESSION);
			const mimeType = mediaType(request);
			if (!TYPES.includes(mimeType)) {
				const valid = TYPES.join(', ');
				return refuse(400, `Content-Type (${mimeType}) not supported. Valid: ${valid}`);
			}
			if (announcedBytes(request) > MAX_BYTES) return refuse(400, 'File is larger than 20 MB');
			const { bytes, content } = await receiveUpload(emulator, request);
			if (bytes === 0) return refuse(400, 'Content is empty');
			if (bytes > MAX_BYTES) return refuse(400, 'File is larger than 20 MB');

			const id = randomUuid(random);
			const path = storagePath('luma', id, mimeType);
			const picture = { kind: 'picture', text: id, ratio: '16:9' } as const;
			media.put(path, { mimeType, source: content ? { kind: 'bytes', content } : picture });
			const userId = USER_ID.exec(emulator.token)?.[1] ?? '0';
			return {
				assetRef: `u${userId}-email:${email}-image:${id}`,
				email,
				upload: { id, media: { url: `${emulator.url}${path}` } },
			};
		});
		done();
	};

const announcedBytes = ({ headers }: FastifyRequest) => Number(headers['content-length'] ?? 0);

const requireToken =
	(emulator: Emulator): preHandlerHookHandler =>
	(request, reply, done) => {
		if (request.headers.authorization === `Bearer ${emulator.token}`) done();
		else void reply.code(401).send({ error: 'Unauthorized' });
	};
