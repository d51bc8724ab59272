import type { INode, INodeProperties } from 'n8n-workflow';

import { showIf, type Conditions } from '../shared/n8n/display';

/**
 * The versions of the node. Workflows keep the one that they were made with.
 * - 1: as in 0.1.0
 * - 1.1: results are downloaded unless that is turned off, what few people change stands among the options, and a job comes out with
 *   what it was made for
 */
const OLD: Conditions = { '@version': [1] };
const NEW: Conditions = { '@version': [{ _cnd: { gte: 1.1 } }] };

/** A field as nodes of version 1 have it. */
export const ofVersion1 = (field: INodeProperties): INodeProperties => showIf(OLD, field);

/** A field as nodes since version 1.1 have it. */
export const sinceVersion11 = (field: INodeProperties): INodeProperties => showIf(NEW, field);

/** Whether a node is of version 1.1 or later. */
export const isSinceVersion11 = ({ typeVersion }: Pick<INode, 'typeVersion'>): boolean =>
	typeVersion >= 1.1;
