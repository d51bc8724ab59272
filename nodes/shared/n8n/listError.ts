import { NodeOperationError, type ILoadOptionsFunctions } from 'n8n-workflow';

/** An error whose message n8n shows in the list. */
export const toListError = (context: ILoadOptionsFunctions, message: string) =>
	new NodeOperationError(context.getNode(), message);
