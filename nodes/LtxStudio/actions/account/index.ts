import type { Resource } from '../../../shared/n8n/resource';
import { create } from './create.operation';
import { remove } from './delete.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';

export const account = {
	name: 'Account',
	value: 'account',
	description: 'Connects LTX Studio accounts to useapi.net and tells their balance',
	operations: { getAll, create, delete: remove, get },
} satisfies Resource;
