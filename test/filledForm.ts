import type { IExecuteFunctions } from 'n8n-workflow';

/** n8n, as far as it matters to an operation that reads the form of its only item. */
export const filledForm = (
	parameters: Record<string, unknown>,
	typeVersion = 1,
): IExecuteFunctions =>
	Object.assign(Object.create(null) as IExecuteFunctions, {
		getNode: () => ({ name: 'Node', typeVersion, parameters }),
		getInputData: () => [{ json: {} }],
		continueOnFail: () => false,
		getNodeParameter: (name: string, _item: number, fallback: unknown) =>
			parameters[name] ?? fallback,
	});
