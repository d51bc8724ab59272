import type { INodeProperties } from 'n8n-workflow';

import { create } from './create.operation';
import { remove } from './delete.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';

export const account = { create, get, getAll, delete: remove };

export const accountOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['account'] } },
	default: 'getAll',
	options: [
		{
			name: 'Create or Update',
			value: 'create',
			description: 'Connect an LTX Studio account, or renew its cookie',
			action: 'Create or update an account',
		},
		{
			name: 'Delete',
			value: 'delete',
			description: 'Remove an account from useapi.net',
			action: 'Delete an account',
		},
		{
			name: 'Get',
			value: 'get',
			description: 'Get an account with its balance',
			action: 'Get an account',
		},
		{
			name: 'Get Many',
			value: 'getAll',
			description: 'Get many configured accounts',
			action: 'Get many accounts',
		},
	],
};
