import type { Clock } from './clock';
import type { Job, JobView, Outcome } from './job';
import type { Library } from './library';
import type { Behaviour } from './options';

/** How far an active job gets to say it is. */
const MOST_PROGRESS = 99;
const COMPLETE = 100;

/** What the API tells of jobs. */
export class JobViews {
	constructor(
		private readonly clock: Clock,
		private readonly behaviour: Behaviour,
		private readonly library: Library,
	) {}

	/** Whether there is nothing left to wait for: failed, or completed with a URL. */
	isDone(job: Job): boolean {
		return job.state === 'failed' || this.hasUrl(job);
	}

	/** @param shown how it ended, where that is told before it can be read */
	view(job: Job, shown: Outcome = job): JobView {
		const { state, artifact, failure } = shown;
		const replyRef = this.shownReplyRef(job);
		return {
			status: {
				type: failure?.status ?? state,
				progress: state === 'completed' ? COMPLETE : this.progress(job),
				...(failure?.message !== undefined && { message: failure.message }),
				...(artifact && this.hasUrl(shown) && { artifact: this.library.sign(artifact) }),
			},
			jobId: job.id,
			...(replyRef !== undefined && { replyRef }),
			...(job.replyUrl !== undefined && { replyUrl: job.replyUrl }),
			...(failure?.code !== undefined && { code: failure.code }),
		};
	}

	/** The reference that the API tells, which may have been dropped. */
	shownReplyRef({ replyRef, replyUrl }: Job): string | undefined {
		const { dropReplyRefWithoutUrl, longestReplyRef } = this.behaviour;
		const isDropped = dropReplyRefWithoutUrl && replyUrl === undefined;
		return isDropped || longestReplyRef === 0 ? undefined : replyRef?.slice(0, longestReplyRef);
	}

	progress({ state, createdAt, endsAt, finishedAt }: Job): number {
		if (state === 'completed') return COMPLETE;
		const elapsed = (finishedAt ?? this.clock.now()) - createdAt;
		const share = endsAt > createdAt ? elapsed / (endsAt - createdAt) : 1;
		return Math.min(MOST_PROGRESS, Math.floor(100 * share));
	}

	private hasUrl({ artifact, finishedAt }: Outcome): boolean {
		return !!artifact && this.clock.now() >= (finishedAt ?? 0) + this.behaviour.assetUrlDelay;
	}
}
