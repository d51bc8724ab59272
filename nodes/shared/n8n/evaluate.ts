import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What n8n tells only by expression, as text. */
export function evaluateText(
	context: IExecuteFunctions | IWebhookFunctions,
	expression: string,
): string {
	const value = context.evaluateExpression(expression, 0);
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
