import type { INodeTypeDescription } from 'n8n-workflow';

import { resources as ltxResources } from '../nodes/Ltx/actions/router';
import { Ltx } from '../nodes/Ltx/Ltx.node.ts';
import { resources as ltxStudioResources } from '../nodes/LtxStudio/actions/router';
import { LtxStudio } from '../nodes/LtxStudio/LtxStudio.node.ts';
import { asset as lumaAsset } from '../nodes/Luma/actions/asset';
import { Luma } from '../nodes/Luma/Luma.node.ts';
import type { OperationFacts, OutputFields } from '../nodes/shared/n8n/itemOperation';
import type { Resource } from '../nodes/shared/n8n/resource';

/** A node that has operations. */
export interface CataloguedNode {
	/** Its folder in `nodes/`. */
	folder: string;
	description: INodeTypeDescription;
	resources: readonly Resource[];
}

export const ltxStudio: CataloguedNode = {
	folder: 'LtxStudio',
	description: new LtxStudio().description,
	resources: ltxStudioResources,
};

export const ltx: CataloguedNode = {
	folder: 'Ltx',
	description: new Ltx().description,
	resources: ltxResources,
};

const luma: CataloguedNode = {
	folder: 'Luma',
	description: new Luma().description,
	resources: [lumaAsset],
};

/** Every node that has operations, for what is made from them: output schemas, reference pages, contract tests. */
export const catalogue: readonly CataloguedNode[] = [ltxStudio, ltx, luma];

/** An operation, and what is chosen in the form to get it. */
export interface CataloguedOperation {
	node: CataloguedNode;
	resource: string;
	operation: string;
	/** `resource/operation` */
	path: string;
	facts: OperationFacts;
}

/** Every operation of a node. */
export const operationsOf = (node: CataloguedNode): CataloguedOperation[] =>
	node.resources.flatMap(({ value: resource, operations }) =>
		Object.entries(operations).map(([operation, facts]) => ({
			node,
			resource,
			operation,
			path: `${resource}/${operation}`,
			facts,
		})),
	);

/** What an operation puts out in a version of its node. */
export const outputOf = (
	{ output, firstOutput = output }: OperationFacts,
	version: number,
): OutputFields => (version === 1 ? firstOutput : output);
