import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SHARED = join(__dirname, '../../../nodes/shared');

/** What belongs to one service, its models, or the operations of one node. */
const OF_A_SERVICE = /useapi|LTX|Luma|Veo|FLUX|Nano Banana|\b(?:Account|Asset|Image|Scheduler|Video) > /;

const filesBelow = (folder: string) =>
	readdirSync(join(SHARED, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => join(folder, name));

it.each([...filesBelow('api'), ...filesBelow('files')])('%s names no service', (file) => {
	const lines = readFileSync(join(SHARED, file), 'utf8').split('\n');
	expect(lines.filter((line) => OF_A_SERVICE.test(line))).toEqual([]);
});
