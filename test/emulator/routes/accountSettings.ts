import type { FastifyPluginCallback } from 'fastify';
import { badRequest } from '../apiError';
import type { Emulator } from '../emulator';
import type { FieldRule } from '../endpoints';
import { requireToken } from '../guard';
import { checkReplyUrl, readFields, text } from '../validate';

const fields = {
	replyUrl: { type: 'string', maxLength: 1024 },
} as const satisfies Record<string, FieldRule>;

/** `/v2/account`: settings of the whole subscription. */
export const accountSettingsRoutes =
	(emulator: Emulator): FastifyPluginCallback =>
	(scope, _options, done) => {
		scope.addHook('preHandler', requireToken(emulator));

		const view = () => ({ subscription: 'active', replyUrl: emulator.defaultReplyUrl ?? null });

		scope.get('/', view);

		scope.post('/', (request) => {
			const replyUrl = readReplyUrl(request.body);
			if (replyUrl !== undefined) checkReplyUrl(replyUrl);
			emulator.defaultReplyUrl = replyUrl;
			return view();
		});
		done();
	};

/** The new URL; undefined where an empty one, or null, takes the present one away. */
function readReplyUrl(body: unknown): string | undefined {
	const isRemoval =
		typeof body === 'object' && body !== null && 'replyUrl' in body && body.replyUrl === null;
	const replyUrl = isRemoval ? '' : text(readFields(body, fields, false), 'replyUrl');
	if (replyUrl === undefined) throw badRequest('replyUrl is required');
	return replyUrl === '' ? undefined : replyUrl;
}
