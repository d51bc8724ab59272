import type { Answer } from '../../../nodes/shared/api/failure';
import type { JobReport, SearchEnd } from '../../../nodes/shared/jobs/service';
import type { AssetPage } from '../../../nodes/LtxStudio/service/api';
import { toReport } from '../../../nodes/LtxStudio/service/job';
import { FinishedJobs } from '../../../nodes/LtxStudio/service/search';

const page: AssetPage = {
	items: [{ jobId: 'job' }],
	isWhole: true,
	meta: { totalItems: 1, itemCount: 1, itemsPerPage: 20, totalPages: 1, currentPage: 1 },
};

/** Searches a list of one job, again and again, whose readings have these references. */
async function search(...told: unknown[]) {
	const replyRefs = [...told];
	const read = async (): Promise<Answer<JobReport>> => {
		const answer = { status: { type: 'completed' }, replyRef: replyRefs.shift() };
		return await Promise.resolve({ ok: true, body: toReport(answer, 'job') });
	};
	const assets = async () => await Promise.resolve({ ok: true, body: page } as const);
	const jobs = new FinishedJobs({ assets }, read);
	const references: unknown[] = [];
	const ends: SearchEnd[] = [];
	while (ends.length < told.length) {
		const onJob = ({ reference }: JobReport) => references.push(reference) < 0;
		ends.push(
			await jobs.search({ accounts: ['anna@example.com'], kinds: ['video'], deepest: 20, onJob }),
		);
	}
	const reads = told.length - replyRefs.length;
	return { reads, references, gaps: ends.map(({ hasGaps }) => hasGaps) };
}

describe('a search of finished jobs', () => {
	it.each([['theirs'], [undefined], [null], ['']])(
		'reads a job of reference %p once',
		async (replyRef) => {
			const reference = replyRef === 'theirs' ? replyRef : undefined;
			expect(await search(replyRef, 'never told')).toEqual({
				reads: 1,
				references: [reference, reference],
				gaps: [false, false],
			});
		},
	);

	it.each([5, {}, ['ours']])(
		'cannot tell whose a job of reference %p is, and reads it again',
		async (odd) => {
			expect(await search(odd, 'ours')).toEqual({
				reads: 2,
				references: ['ours'],
				gaps: [true, false],
			});
		},
	);
});
