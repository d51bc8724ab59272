import {
	UnexpectedError,
	type INodeListSearchResult,
	type INodeParameters,
	type INodePropertyOptions,
} from 'n8n-workflow';

import { LoadOptionsContext } from './core';
import type { Instance } from './instance';
import { toWorkflow } from './workflowSpec';

/** What the editor asks a node type for while its form is open. */
export interface FormRequest {
	type: string;
	typeVersion?: number;
	/** The form as it is filled in. */
	parameters?: INodeParameters;
}

/** The entries of a resource locator's list. */
export async function listSearch(
	instance: Instance,
	method: string,
	form: FormRequest,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const { nodeType, context } = open(instance, form);
	const search = nodeType.methods?.listSearch?.[method];
	if (!search) throw new UnexpectedError(`"${form.type}" has no list search "${method}"`);
	return await search.call(context, filter, paginationToken);
}

/** The entries of a drop-down that is filled while the form is open. */
export async function loadOptions(
	instance: Instance,
	method: string,
	form: FormRequest,
): Promise<INodePropertyOptions[]> {
	const { nodeType, context } = open(instance, form);
	const load = nodeType.methods?.loadOptions?.[method];
	if (!load) throw new UnexpectedError(`"${form.type}" has no options "${method}"`);
	return await load.call(context);
}

function open(instance: Instance, { type, typeVersion, parameters = {} }: FormRequest) {
	const { nodeTypes, credentials } = instance;
	const name = 'Temp-Node';
	const spec = { name, type, parameters, ...(typeVersion !== undefined && { typeVersion }) };
	const { nodes } = toWorkflow({ nodes: [spec] }, nodeTypes, credentials);
	const workflow = instance.workflow(
		{ ...toWorkflow({ nodes: [] }, nodeTypes, credentials), nodes },
		undefined,
	);
	const node = workflow.getNode(name);
	if (!node) throw new UnexpectedError('The node is missing');
	const nodeType = nodeTypes.getByNameAndVersion(type, node.typeVersion);
	const additionalData = { ...instance.additionalData(), currentNodeParameters: parameters };
	return { nodeType, context: new LoadOptionsContext(workflow, node, additionalData, '') };
}
