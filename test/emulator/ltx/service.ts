import type { Clock } from '../clock';
import type { MediaStore } from '../media';
import type { Random } from '../random';
import type { SignedUrls } from '../signedUrls';
import { LtxJobs } from './jobs';
import type { LtxBehaviour } from './options';
import { defaultLtxBehaviour } from './options';
import { LtxUploads } from './uploads';

interface Shared {
	clock: Clock;
	random: Random;
	media: MediaStore;
	signedUrls: SignedUrls;
}

/** Lightricks' own LTX API, which the emulator has beside useapi.net. */
export class LtxService {
	/** How the service behaves; may be changed at any time. */
	readonly behaviour: LtxBehaviour;

	readonly jobs: LtxJobs;

	readonly uploads: LtxUploads;

	constructor(shared: Shared, behaviour: Partial<LtxBehaviour> = {}) {
		this.behaviour = { ...defaultLtxBehaviour, ...behaviour };
		const services = { ...shared, behaviour: this.behaviour };
		this.jobs = new LtxJobs(services);
		this.uploads = new LtxUploads(services);
	}

	/** What was charged and given back. */
	get ledger() {
		return this.jobs.ledger;
	}
}
