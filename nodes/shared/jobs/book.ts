import type { Clock } from '../n8n/clock';
import type { Memory } from './memory';
import type { JobReport } from './service';
import type { Slot, Slots } from './slots';
import type { Entry, Event, State } from './state';

/** The items of a run. Every step of theirs is made here, together with what it means for slots and memory. */
export class Book {
	/** When an item last got its job, in milliseconds since the epoch. */
	progressedAt: number;

	/** A problem has ended the run: nothing new is submitted. */
	isStopping = false;

	/** How many jobs have come to their end. */
	ended = 0;

	private readonly slotOf = new Map<Entry, Slot>();

	constructor(
		readonly entries: readonly Entry[],
		private readonly stopsOnProblem: boolean,
		private readonly parts: { clock: Clock; memory: Memory; slots: Slots },
	) {
		this.progressedAt = this.now;
	}

	/** Milliseconds since the epoch. */
	get now(): number {
		return this.parts.clock.now();
	}

	/** The entries in one of some states. */
	inState(...names: Array<State['name']>): Entry[] {
		return this.entries.filter(({ state }) => names.includes(state.name));
	}

	/** Makes a step. What a state does not know, such as news of a job that was given up, changes nothing. */
	advance(entry: Entry, event: Event): void {
		if (!entry.advance(event, this.now)) return;
		const { state } = entry;
		if (event.type === 'slotTaken') this.slotOf.set(entry, event.slot);
		if (event.type === 'lost') this.parts.memory.lost(event.reference, this.now);
		if (event.type === 'accepted' || event.type === 'found') this.keep(entry, event.report);
		if (state.name === 'queued' || state.name === 'done') this.giveSlotBack(entry);
		if (state.name !== 'done') return;
		this.ended++;
		if (entry.problem && this.stopsOnProblem) this.isStopping = true;
	}

	private keep(entry: Entry, { jobId, facts }: JobReport): void {
		const { memory, slots } = this.parts;
		const slot = this.slotOf.get(entry);
		if (slot) slots.hold(slot, jobId, this.now);
		if (entry.submission) memory.submitted(entry.submission.reference, jobId, facts);
		this.progressedAt = this.now;
	}

	private giveSlotBack(entry: Entry): void {
		const slot = this.slotOf.get(entry);
		if (slot) this.parts.slots.release(slot);
		this.slotOf.delete(entry);
	}
}
