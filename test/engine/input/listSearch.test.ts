import type { INodeParameters } from 'n8n-workflow';

import { addPicture, byId, EMAIL, requestsOf } from '../fixtures';
import { shareLab, startLab, type Lab } from '../setup';

const OTHER = 'other@example.com';

describe('searchable lists', () => {
	let lab: Lab;
	shareLab(
		async () =>
			(lab = await startLab({
				accounts: [{ email: EMAIL, maxJobs: 4 }, { email: OTHER }],
				jobDuration: 10_000,
			})),
	);

	const search = async (
		method: string,
		{ filter, token, ...parameters }: { filter?: string; token?: string } & INodeParameters = {},
	) => {
		const form = { type: 'ltxStudio', parameters };
		const { results, paginationToken } = await lab.engine.listSearch(method, form, filter, token);
		return { results, paginationToken };
	};

	const withoutAccounts = async (work: () => Promise<void>) => {
		const accounts = lab.emulator.accounts.all;
		for (const { email } of accounts) lab.emulator.accounts.remove(email);
		await work();
		for (const account of accounts) lab.emulator.accounts.add(account);
	};

	describe('accounts', () => {
		it('come with their free slots and the end of their session', async () => {
			lab.emulator.occupy(EMAIL, 3, { durationMs: 1 });
			expect((await search('getAccounts')).results).toEqual([
				{ name: `${EMAIL} · 1 of 4 free`, value: EMAIL },
				{ name: `${OTHER} · 20 of 20 free`, value: OTHER },
			]);
		});

		it('tell when their session ends, where the API does', async () => {
			lab.emulator.faults.add({
				kind: 'status',
				status: 200,
				body: { [EMAIL]: { email: EMAIL, refreshTokenExpireUTC: '2026-05-30T09:00:00.000Z' } },
				match: { path: '/v1/ltxstudio/accounts', times: 1 },
			});
			const { results } = await search('getAccounts');
			expect(results.map(({ name }) => name)).toEqual([
				expect.stringMatching(/ free · until 2026-05-30$/),
			]);
		});

		it('are filtered, in whatever case', async () => {
			const { results } = await search('getAccounts', { filter: 'OTHER' });
			expect(results.map(({ value }) => value)).toEqual([OTHER]);
		});

		it('are listed without slots when those cannot be read', async () => {
			const path = '/v1/ltxstudio/scheduler/available';
			lab.emulator.faults.add({ kind: 'status', status: 400, match: { path } });
			const { results } = await search('getAccounts');
			expect(results[0]?.name).toBe(EMAIL);
		});

		it('say what to do when there is none', async () => {
			await withoutAccounts(async () => {
				await expect(search('getAccounts')).rejects.toThrow(
					'No LTX Studio account is configured. Connect one with Account > Create or Update.',
				);
			});
		});
	});

	describe('images', () => {
		const email = byId(OTHER);

		it('come page by page, newest first, with a link', async () => {
			const fileIds = Array.from({ length: 45 }, () => addPicture(lab, { email: OTHER })).reverse();
			const first = await search('getImages', { email });
			const second = await search('getImages', { email, token: '2' });
			const third = await search('getImages', { email, token: '3' });
			const all = [first, second, third].flatMap(({ results }) => results);

			expect(all.map(({ value }) => value)).toEqual(fileIds);
			expect(first).toMatchObject({ paginationToken: '2' });
			expect(second).toMatchObject({ paginationToken: '3' });
			expect(third.paginationToken).toBeUndefined();
			expect(all[0]?.name).toMatch(/^Uploaded PNG · [0-9a-f]{8}$/);
			expect(all[0]?.url).toContain('/storage/');
			expect(requestsOf(lab, 'GET').map(({ query }) => query)).toEqual(
				['1', '2', '3'].map((page) => ({ email: OTHER, page, limit: '20', filter: 'images' })),
			);
		});

		it('are filtered by name and ID', async () => {
			const fileId = addPicture(lab, { email: OTHER });
			const id = fileId.slice('asset:'.length, 'asset:'.length + 12);
			expect((await search('getImages', { email, filter: id })).results).toMatchObject([
				{ value: fileId },
			]);
			expect((await search('getImages', { email, filter: 'generated' })).results).toEqual([]);
		});

		it('need an account where there are several, and take the only one', async () => {
			await expect(search('getImages')).rejects.toThrow(
				'Choose an account first: several are configured',
			);
			const [account] = lab.emulator.accounts.all;
			lab.emulator.accounts.remove(EMAIL);
			expect((await search('getImages')).results).not.toEqual([]);
			if (account) lab.emulator.accounts.add(account);
		});
	});

	describe('jobs', () => {
		const submit = async (prompt: string, waitMode: string) => {
			const run = await lab.engine.runNode({
				parameters: {
					resource: 'image',
					operation: 'create',
					prompt,
					email: byId(EMAIL),
					waitMode,
					options: { replyRef: 'order-4711' },
				},
			});
			return run.items()[0]?.json.jobId as string;
		};

		it('come running ones first, then finished ones', async () => {
			const finished = await submit('a fox', 'poll');
			const running = await submit('a heron', 'none');
			const { results } = await search('getJobs');
			expect(results.map(({ value }) => value)).toEqual([running, finished]);
			const [first, second] = results.map(({ name }) => name);
			expect(first).toMatch(/^Image · running 00:00 order-4711 · [0-9a-f]{8} · creator@/);
			expect(second).toMatch(/^Image · finished · [0-9a-f]{8} · creator@/);

			expect((await search('getRunningJobs')).results.map(({ value }) => value)).toEqual([running]);
			expect((await search('getImageJobs')).results.map(({ value }) => value)).toEqual([finished]);
			expect((await search('getJobs', { filter: 'finished' })).results).toHaveLength(1);
			expect((await search('getRunningJobs', { filter: 'video' })).results).toEqual([]);
		});

		it('come without those of an account whose session is dead, unless all are', async () => {
			const finished = await submit('a crane', 'poll');
			lab.emulator.accounts.edit(OTHER, { dead: true });
			const jobs = async () => (await search('getImageJobs')).results.map(({ value }) => value);
			expect(await jobs()).toContain(finished);
			lab.emulator.accounts.edit(EMAIL, { dead: true });
			await expect(jobs()).rejects.toThrow("The account's session is dead");
			for (const email of [EMAIL, OTHER]) lab.emulator.accounts.edit(email, { dead: false });
		});
	});

	it.each(['getAccounts', 'getImages', 'getJobs', 'getRunningJobs', 'getImageJobs'])(
		'%s: shows the reason when the API refuses',
		async (method) => {
			const { token, url: baseUrl } = lab.emulator;
			lab.engine.setCredential('useapiApi', { token: 'user:1-wrong', baseUrl });
			await expect(search(method, { email: byId(EMAIL) })).rejects.toMatchObject({
				message: 'The API token was not accepted',
				description: expect.stringContaining('If it does not start with "user:"') as string,
			});
			lab.engine.setCredential('useapiApi', { token, baseUrl });
		},
	);

	it.each(['getAccounts', 'getJobs'])('%s: is not taken in by a page with 404', async (method) => {
		lab.emulator.faults.add({ kind: 'status', status: 404, html: true });
		await expect(search(method)).rejects.toMatchObject({
			message: expect.stringContaining('a web page instead of JSON') as string,
		});
	});
});
