import type { Endpoint } from './endpoints';
import type { Job } from './job';

export interface LedgerEntry {
	time: number;
	kind: 'charge' | 'refund';
	jobId: string;
	email: string;
	credits: number;
	replyRef: string | undefined;
	endpoint: Endpoint;
}

/** What was charged and given back, in order. It says what was truly paid for. */
export class Ledger {
	readonly entries: LedgerEntry[] = [];

	get charges(): LedgerEntry[] {
		return this.entries.filter((entry) => entry.kind === 'charge');
	}

	get refunds(): LedgerEntry[] {
		return this.entries.filter((entry) => entry.kind === 'refund');
	}

	/** Credits charged less those given back. */
	get total(): number {
		return this.entries.reduce(
			(sum, { kind, credits }) => sum + (kind === 'charge' ? credits : -credits),
			0,
		);
	}

	/** Charges by reply reference; those without one are under `undefined`. */
	chargesByReference(): Map<string | undefined, LedgerEntry[]> {
		const byReference = new Map<string | undefined, LedgerEntry[]>();
		for (const charge of this.charges) {
			const sameReference = byReference.get(charge.replyRef);
			if (sameReference) sameReference.push(charge);
			else byReference.set(charge.replyRef, [charge]);
		}
		return byReference;
	}

	record(kind: LedgerEntry['kind'], time: number, job: Job): void {
		const { id: jobId, email, charged: credits, replyRef, endpoint } = job;
		this.entries.push({ time, kind, jobId, email, credits, replyRef, endpoint });
	}
}
