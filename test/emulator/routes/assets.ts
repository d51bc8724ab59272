import type { FastifyPluginCallback } from 'fastify';
import { badRequest, deadSession, jobNotFound, unknownEmail } from '../apiError';
import type { Emulator } from '../emulator';
import { uploadTypes } from '../endpoints';
import { isJobId } from '../job';
import { answerWithJob } from '../jobAnswer';
import type { StoredAsset } from '../library';
import { assetFilters, storagePath } from '../library';
import type { MediaSource } from '../media';
import { randomUuid } from '../random';
import type { Received } from '../sink';
import { readChoice, readPositive } from '../validate';
import { ltxStudioRoutes } from './ltxStudio';
import { leaveBodiesUnread, mediaType, receiveUpload } from './upload';

const DEFAULT_LIMIT = 20;

interface UploadQuery {
	Querystring: { email?: string; type?: string };
}

interface ListQuery {
	Querystring: { email?: string; page?: string; limit?: string; filter?: string };
}

interface WithJobId {
	Params: { jobId: string };
}

/** `/v1/ltxstudio/assets` */
export const assetRoutes = (emulator: Emulator): FastifyPluginCallback =>
	ltxStudioRoutes(emulator, (scope) => {
		const { accounts, behaviour, jobs, library } = emulator;
		leaveBodiesUnread(scope);

		scope.post<UploadQuery>('/', async (request) => {
			const { email: wantedEmail, type: wantedType } = request.query;
			const type = readChoice('type', wantedType, uploadTypes) ?? 'image';
			const { email } = accounts.choose(wantedEmail, behaviour.requireEmail);
			const mimeType = mediaType(request);
			if (mimeType === '') throw badRequest('Content-Type is required');
			const received = await receiveUpload(emulator, request);
			if (received.bytes === 0) throw badRequest('Content is empty');

			const id = randomUuid(emulator.random);
			const asset = library.describe({
				id,
				email,
				createdAt: emulator.clock.now(),
				fileId: `asset:${id}-type:${mimeType}`,
				mimeType,
				type,
				path: storagePath('artifacts/user-uploads', id, mimeType),
			});
			library.add(asset, sourceOf(received, mimeType, id), { text: id, ratio: '16:9' });
			return library.sign(asset);
		});

		scope.get<ListQuery>('/', (request) => {
			const { query } = request;
			const page = readPositive('page', query.page, 1);
			const limit = readPositive('limit', query.limit, DEFAULT_LIMIT);
			const filter = readChoice('filter', query.filter, assetFilters);
			const { email } = accounts.choose(query.email, behaviour.requireEmail);

			const { assets, total } = library.page(email, { page, limit, filter });
			return {
				items: assets.map(viewItem),
				meta: {
					totalItems: total,
					itemCount: assets.length,
					itemsPerPage: limit,
					totalPages: Math.ceil(total / limit),
					currentPage: page,
				},
			};
		});

		scope.get<WithJobId>('/:jobId', (request, reply) => {
			const { jobId } = request.params;
			if (!isJobId(jobId)) throw badRequest(`${jobId} is not a jobId`);
			const job = jobs.readableNow(jobId);
			if (!job) throw jobNotFound();
			const account = accounts.get(job.email);
			if (!account) throw unknownEmail(job.email);
			if (accounts.isDead(account)) throw deadSession(job.email);
			return answerWithJob(emulator, job, request, reply);
		});

		const viewItem = (asset: StoredAsset) => ({
			id: asset.id,
			signedAsset: library.sign(asset),
			relatedAssets: { thumbnails: { large: library.signThumbnail(asset) } },
			...(asset.jobId !== undefined && { jobId: asset.jobId }),
		});
	});

/** What an upload is served as: its own bytes where they were kept, else something of its kind. */
function sourceOf({ content }: Received, mimeType: string, id: string): MediaSource {
	if (content) return { kind: 'bytes', content };
	const ratio = '16:9';
	return mimeType.startsWith('video/')
		? { kind: 'video', ratio }
		: { kind: 'picture', text: id, ratio };
}
