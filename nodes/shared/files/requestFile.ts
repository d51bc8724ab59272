import type { IExecuteFunctions, IN8nHttpFullResponse, IWebhookFunctions } from 'n8n-workflow';

import type { TimeLimit } from '../api/timeLimit';

/**
 * Asks for a file as it is: the length of a compressed one would not be its own. Whatever is answered is an answer, and a redirect
 * is not followed: it may lead to where nothing should be read.
 *
 * @returns the answer, whose body is a stream
 */
export const requestFile = async (
	{ helpers }: IExecuteFunctions | IWebhookFunctions,
	url: URL,
	{ signal }: Pick<TimeLimit, 'signal'>,
): Promise<IN8nHttpFullResponse> =>
	(await helpers.httpRequest({
		url: url.href,
		headers: { 'accept-encoding': 'identity' },
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: 0,
		abortSignal: signal,
	})) as IN8nHttpFullResponse;
