import type { Clock } from '../clock';
import type { Random } from '../random';
import { randomUuid } from '../random';
import type { SignedUrls } from '../signedUrls';
import type { MediaKind } from './endpoints';
import type { LtxBehaviour } from './options';

const MB = 1024 * 1024;
const MAX_UPLOAD_BYTES = 200 * MB;
const UPLOAD_URL_TTL_MS = 3_600_000;
const SCHEME = 'ltx://uploads/';

/** Headers that an upload has to come with, as they are. */
const requiredHeaders = {
	'x-goog-content-length-range': `0,${MAX_UPLOAD_BYTES}`,
	'x-goog-if-generation-match': '0',
} as const;

/** A place for a file, and the file once it is there. */
interface Place {
	/** When a file was put there, in milliseconds since the epoch. */
	storedAt?: number;
	mimeType?: string;
}

/** Why the storage does not take a file. */
export type UploadProblem = 'expired' | 'invalid' | 'headers' | 'authorization' | 'exists' | 'size';

interface Services {
	clock: Clock;
	behaviour: LtxBehaviour;
	random: Random;
	signedUrls: SignedUrls;
}

/** Files that people upload to Lightricks, and what their URIs are good for. */
export class LtxUploads {
	private readonly places = new Map<string, Place>();

	constructor(private readonly services: Services) {}

	/** A place for a new file, as the API shows it. */
	create() {
		const { clock, random, signedUrls } = this.services;
		const id = randomUuid(random);
		this.places.set(id, {});
		return {
			upload_url: signedUrls.sign(uploadPath(id), UPLOAD_URL_TTL_MS).assetUrl,
			storage_uri: `${SCHEME}${id}`,
			expires_at: new Date(clock.now() + UPLOAD_URL_TTL_MS).toISOString(),
			required_headers: requiredHeaders,
		};
	}

	/** Why a request to put a file in its place is refused, as far as its head tells. */
	problemOf(
		id: string,
		query: Record<string, unknown>,
		headers: Record<string, string | string[] | undefined>,
	): UploadProblem | undefined {
		const problem = this.services.signedUrls.check(uploadPath(id), query);
		if (problem) return problem;
		if (headers.authorization !== undefined) return 'authorization';
		const hasAll = Object.entries(requiredHeaders).every(
			([name, value]) => headers[name] === value,
		);
		if (!hasAll) return 'headers';
		if (this.places.get(id)?.storedAt !== undefined) return 'exists';
		return isTooLarge(Number(headers['content-length'] ?? 0)) ? 'size' : undefined;
	}

	/** Puts a file in its place. @returns why that is refused */
	store(id: string, mimeType: string, bytes: number): UploadProblem | undefined {
		if (isTooLarge(bytes)) return 'size';
		this.places.set(id, { storedAt: this.services.clock.now(), mimeType });
		return undefined;
	}

	/** What is wrong with the URI of some media. */
	problemOfUri(uri: string, kind: MediaKind): string | undefined {
		if (uri.startsWith(SCHEME)) return this.problemOfUpload(uri.slice(SCHEME.length), kind);
		if (uri.startsWith('data:')) {
			return uri.startsWith(`data:${kind}/`) ? undefined : `must be ${kind}`;
		}
		const { protocol, hostname } = URL.canParse(uri)
			? new URL(uri)
			: { protocol: '', hostname: '' };
		if (protocol !== 'https:') return 'must be an HTTPS URL, a data URI or an upload';
		return /^[\d.]+$|^\[/.test(hostname) ? 'must name a domain' : undefined;
	}

	private problemOfUpload(id: string, kind: MediaKind): string | undefined {
		const { behaviour, clock } = this.services;
		const { storedAt = -Infinity, mimeType = '' } = this.places.get(id) ?? {};
		if (clock.now() > storedAt + behaviour.uploadTtl) return 'names no file that was uploaded';
		return mimeType.startsWith(`${kind}/`) ? undefined : `must be ${kind}, not ${mimeType}`;
	}
}

const uploadPath = (id: string) => `/storage/ltx/uploads/${id}`;

const isTooLarge = (bytes: number) => bytes > MAX_UPLOAD_BYTES;
