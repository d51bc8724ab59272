import type { Endpoint } from './endpoints';
import type { Job } from './job';

/** What the ledger of any service tells of a charge, or of what was given back. */
export interface Entry {
	time: number;
	kind: 'charge' | 'refund';
	jobId: string;
	/** In the unit in which the service sells them. */
	credits: number;
}

export interface LedgerEntry extends Entry {
	email: string;
	replyRef: string | undefined;
	endpoint: Endpoint;
}

/** What was charged and given back, in order. It says what was truly paid for. */
export class Books<Line extends Entry> {
	readonly entries: Line[] = [];

	get charges(): Line[] {
		return this.entries.filter((entry) => entry.kind === 'charge');
	}

	get refunds(): Line[] {
		return this.entries.filter((entry) => entry.kind === 'refund');
	}

	/** Credits charged less those given back. */
	get total(): number {
		return this.entries.reduce(
			(sum, { kind, credits }) => sum + (kind === 'charge' ? credits : -credits),
			0,
		);
	}
}

/** The ledger of useapi.net's LTX Studio API. */
export class Ledger extends Books<LedgerEntry> {
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

	record(kind: Entry['kind'], time: number, job: Job): void {
		const { id: jobId, email, charged: credits, replyRef, endpoint } = job;
		this.entries.push({ time, kind, jobId, email, credits, replyRef, endpoint });
	}
}
