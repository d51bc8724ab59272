import { KINDS } from '../fuzz/kinds';

jest.setTimeout(60_000);

const CASES = 500;

it.each(KINDS.map((kind) => [kind.name, kind] as const))(
	`holds against ${CASES} cases of hostile input: %s`,
	async (_, kind) => {
		await expect(kind.run(CASES, 1)).resolves.toHaveProperty('longest');
	},
);
