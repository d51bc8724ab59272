import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { printable } from '../../shared/api/text';
import { refuse } from '../../shared/jobs/waiting/callback';
import { relay } from './relay';
import { readSettings } from './settings';
import { startWorkflow } from './startWorkflow';

/** Takes a callback. It never throws: n8n would start the workflow all the same, with an empty item. */
export async function receiveCallback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		const settings = readSettings((name, fallback) => context.getNodeParameter(name, fallback));
		return settings.mode === 'resume'
			? await relay(context, settings)
			: await startWorkflow(context, settings);
	} catch (error) {
		const reason = error instanceof Error ? printable(error.message) : 'unknown';
		context.logger.error(`A callback of LTX Studio could not be handled: ${reason}`);
		return context.getResponseObject().headersSent
			? { noWebhookResponse: true }
			: refuse(context, 503, 'The callback could not be handled now');
	}
}
