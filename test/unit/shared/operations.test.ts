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

	it('calls the node after its operation', () => {
		expect(subtitleOf([thing])).toContain('"thing:close":"Close a thing"');
	});
});
