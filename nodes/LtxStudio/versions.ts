import type { INode, INodeProperties } from 'n8n-workflow';

type Versions = NonNullable<NonNullable<INodeProperties['displayOptions']>['show']>['@version'];

/**
 * The versions of the node. Workflows keep the one that they were made with.
 * - 1: as in 0.1.0
 * - 1.1: results are downloaded unless that is turned off, what few people change stands among the options, and a job comes out with
 *   what it was made for
 */
const OLD: Versions = [1];
const NEW: Versions = [{ _cnd: { gte: 1.1 } }];

/** The version comes first: n8n shows a field as soon as it meets a condition whose value is an expression. */
const forVersions = (versions: Versions, field: INodeProperties): INodeProperties => ({
	...field,
	displayOptions: {
		...field.displayOptions,
		show: { '@version': versions, ...field.displayOptions?.show },
	},
});

/** A field as nodes of version 1 have it. */
export const ofVersion1 = (field: INodeProperties): INodeProperties => forVersions(OLD, field);

/** A field as nodes since version 1.1 have it. */
export const sinceVersion11 = (field: INodeProperties): INodeProperties => forVersions(NEW, field);

/** Whether a node is of version 1.1 or later. */
export const isSinceVersion11 = ({ typeVersion }: Pick<INode, 'typeVersion'>): boolean =>
	typeVersion >= 1.1;
