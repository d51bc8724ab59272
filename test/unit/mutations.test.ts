import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { mutations } from '../soak/mutations';

it.each(mutations)('there is just one place that "$name" changes', ({ file, from }) => {
	const source = readFileSync(join(__dirname, '../..', file), 'utf8');
	expect(source.split(from)).toHaveLength(2);
});
