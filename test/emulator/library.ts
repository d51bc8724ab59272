import type { UploadType } from './endpoints';
import type { MediaSource, MediaStore } from './media';
import type { AspectRatio } from './picture';
import type { SignedUrls } from './signedUrls';

/** A file in an account: an upload, or what a job made. */
export interface StoredAsset {
	readonly id: string;
	readonly email: string;
	readonly createdAt: number;
	readonly fileId: string;
	readonly mimeType: string;
	/** What an upload was sent as; generated files are `artifact`. */
	readonly type: UploadType | 'artifact';
	readonly artifactSubtype?: 'model-serving' | 'vertex-ai';
	/** Where the storage serves it. */
	readonly path: string;
	readonly thumbnailPath: string;
	/** The job that made it, as long as the API follows that job. */
	readonly jobId?: string;
}

/** What kind of file the list of assets is filtered for. */
export const assetFilters = ['images', 'videos', 'audio', 'other'] as const;
export type AssetFilter = (typeof assetFilters)[number];

const THUMBNAIL_SCALE = 0.5;

const extensions: Readonly<Record<string, string>> = {
	'image/png': '.png',
	'image/jpeg': '.jpeg',
	'image/webp': '.webp',
	'video/mp4': '.mp4',
};

const filterByTopLevelType: Readonly<Record<string, AssetFilter>> = {
	image: 'images',
	video: 'videos',
	audio: 'audio',
};

const filterOf = ({ mimeType }: StoredAsset): AssetFilter =>
	filterByTopLevelType[mimeType.split('/', 1)[0] ?? ''] ?? 'other';

/** Where a file of this name would be served. */
export const storagePath = (folder: string, name: string, mimeType: string) =>
	`/storage/${folder}/${name}${extensions[mimeType] ?? ''}`;

/** All files of all accounts. */
export class Library {
	private readonly byFileId = new Map<string, StoredAsset>();

	/** In the order in which they came. */
	private readonly byEmail = new Map<string, StoredAsset[]>();

	constructor(
		private readonly media: MediaStore,
		private readonly urls: SignedUrls,
		private readonly ttl: () => number,
	) {}

	get all(): StoredAsset[] {
		return [...this.byFileId.values()];
	}

	/** A file with its place for a thumbnail, not yet in any list. */
	describe(asset: Omit<StoredAsset, 'thumbnailPath'>): StoredAsset {
		const thumbnailPath = storagePath('images', `${asset.id}-thumbnail-large`, 'image/png');
		return { ...asset, thumbnailPath };
	}

	/** @param thumbnail what the thumbnail shows */
	add(
		asset: StoredAsset,
		source: MediaSource,
		thumbnail: { text: string; ratio: AspectRatio },
	): void {
		const { text, ratio } = thumbnail;
		this.media.put(asset.path, { mimeType: asset.mimeType, source });
		this.media.put(asset.thumbnailPath, {
			mimeType: 'image/png',
			source: { kind: 'picture', text, ratio, scale: THUMBNAIL_SCALE },
		});
		this.byFileId.set(asset.fileId, asset);
		const ofAccount = this.byEmail.get(asset.email);
		if (ofAccount) ofAccount.push(asset);
		else this.byEmail.set(asset.email, [asset]);
	}

	get(fileId: string): StoredAsset | undefined {
		return this.byFileId.get(fileId);
	}

	/** One page of an account's files, newest first, and how many there are on all pages. */
	page(
		email: string,
		{ page, limit, filter }: { page: number; limit: number; filter: AssetFilter | undefined },
	): { assets: StoredAsset[]; total: number } {
		const ofAccount = this.byEmail.get(email) ?? [];
		const wanted = filter ? ofAccount.filter((asset) => filterOf(asset) === filter) : ofAccount;
		const end = Math.max(0, wanted.length - (page - 1) * limit);
		const assets = wanted.slice(Math.max(0, end - limit), end).reverse();
		return { assets, total: wanted.length };
	}

	/** A file with a URL that was signed just now. */
	sign({ path, type, fileId, mimeType, artifactSubtype }: StoredAsset) {
		return {
			...this.urls.sign(path, this.ttl()),
			asset: { type, fileId, mimeType, ...(artifactSubtype && { artifactSubtype }) },
		};
	}

	/** A thumbnail with a URL that was signed just now. The real service's are WebP pictures. */
	signThumbnail({ id, thumbnailPath }: StoredAsset) {
		return {
			...this.urls.sign(thumbnailPath, this.ttl()),
			asset: { type: 'image', fileId: `${id}-thumbnail-large`, mimeType: 'image/png' },
		};
	}
}
