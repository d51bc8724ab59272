import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/** @returns a node's name as an expression can hold it: a brace in it would end the expression */
export const quoteName = (name: string): string =>
	JSON.stringify(name).replace(
		/[{}]/g,
		(brace) => `\\u${brace.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);

/** What n8n tells only by expression, as text. */
export function evaluateText(
	context: IExecuteFunctions | IWebhookFunctions,
	expression: string,
): string {
	const value = context.evaluateExpression(expression, 0);
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
