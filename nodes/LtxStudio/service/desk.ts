import { connect } from '../../shared/api/client';
import type { ApiContext } from '../../shared/api/request';
import { outputOf } from './job';
import { createJobService } from './jobService';
import { LTX_STUDIO_API } from './texts';

/** The longest `replyUrl` that the API takes, in characters. */
export const MAX_REPLY_URL = 1024;

/** The path of the node's webhook. */
export const WEBHOOK_PATH = 'ltx-studio';

/** Binds LTX Studio to an execution, or to a webhook. */
export async function openDesk<Context extends ApiContext>(context: Context) {
	const client = await connect(context, LTX_STUDIO_API);
	return {
		context,
		client,
		service: createJobService(client, outputOf(context.getNode())),
		callbacks: { path: WEBHOOK_PATH, longest: MAX_REPLY_URL },
	};
}
