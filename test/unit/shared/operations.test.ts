import { runInNewContext } from 'node:vm';

import { requestTo } from '../../../nodes/shared/n8n/itemOperation';
import { itemLabel } from '../../../nodes/shared/n8n/items';
import { subtitleOf, resourceProperties } from '../../../nodes/shared/n8n/resource';

it('counts items as people do', () => {
	expect(itemLabel(0, 1)).toBe('Item 1 of 1');
	expect(itemLabel(2, 40)).toBe('Item 3 of 40');
	expect(itemLabel(2)).toBe('Item 3');
});

it('fills an endpoint in, encoded', () => {
	expect(requestTo('GET v1/things')).toEqual({ method: 'GET', path: 'v1/things' });
	expect(requestTo('DELETE v1/things/{id}/parts/{part}', { id: 'a/b@c', part: '1' })).toEqual({
		method: 'DELETE',
		path: 'v1/things/a%2Fb%40c/parts/1',
	});
});

describe('the form of resources', () => {
	const field = { displayName: 'Size', name: 'size', type: 'number', default: 1 } as const;
	const own = { ...field, displayOptions: { show: { model: ['big'] } } };
	const facts = { output: {}, description: [own] };
	const thing = {
		name: 'Thing',
		value: 'thing',
		description: 'Makes things',
		operations: {
			open: { ...facts, name: 'Open', summary: 'Open a thing', action: 'Open a thing' },
			close: { ...facts, name: 'Close', summary: 'Close a thing', action: 'Close a thing' },
		},
	};
	const [resource, operation, ...fields] = resourceProperties([thing], 'thing');

	it('offers resources and operations by name, and starts with the first operation', () => {
		expect(resource).toMatchObject({ name: 'resource', default: 'thing' });
		expect(operation).toMatchObject({
			name: 'operation',
			default: 'open',
			displayOptions: { show: { resource: ['thing'] } },
			options: [
				{ name: 'Close', value: 'close', description: 'Close a thing', action: 'Close a thing' },
				{ name: 'Open', value: 'open', description: 'Open a thing', action: 'Open a thing' },
			],
		});
	});

	it('asks for resource and operation before anything that may be an expression', () => {
		const conditions = fields.map(({ displayOptions }) =>
			Object.entries(displayOptions?.show ?? {}),
		);
		const expected = (name: string) => [
			['resource', ['thing']],
			['operation', [name]],
			['model', ['big']],
		];
		expect(conditions).toEqual([expected('open'), expected('close')]);
	});

	describe('the line below the node', () => {
		const options = [{ name: 'Big One', value: 'big' }];
		const model = { ...field, name: 'model', type: 'options', options } as const;
		const maker = {
			...thing,
			value: 'maker',
			operations: { make: { ...thing.operations.open, description: [model], action: 'Make it' } },
		};
		const shown = ($parameter: object): unknown => {
			const [, expression = ''] = /^=\{\{(.+)\}\}$/.exec(subtitleOf([thing, maker])) ?? [];
			return runInNewContext(expression, { $parameter });
		};

		it('is the action of an operation without a model', () => {
			expect(shown({ resource: 'thing', operation: 'close' })).toBe('Close a thing');
			expect(shown({ resource: 'thing', operation: 'open', duration: 5 })).toBe('Open a thing');
		});

		it.each([
			[6, 'Big One · 6 s'],
			['15', 'Big One · 15 s'],
			['auto', 'Big One'],
			[0, 'Big One'],
			[undefined, 'Big One'],
		])('is the model and the length, where that is a number of seconds: %p', (duration, line) => {
			expect(shown({ resource: 'maker', operation: 'make', model: 'big', duration })).toBe(line);
		});
	});
});
