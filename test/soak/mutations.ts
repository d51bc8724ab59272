/** A bug that somebody might make. */
export interface Mutation {
	name: string;
	file: string;
	from: string;
	to: string;
	/** The first seed to play, where none of the first 200 meets what it needs. */
	start?: number;
}

const JOBS = 'nodes/shared/jobs';
const STATE = `${JOBS}/state.ts`;
const LOOK_BACK = `${JOBS}/lookBack.ts`;
const SUBMITTER = `${JOBS}/submitter.ts`;
const WAITING = `${JOBS}/waiting`;
const SERVICE = 'nodes/LtxStudio/service';

/** Ways to pay twice, or for the wrong thing. */
const payment: readonly Mutation[] = [
	{
		name: 'Send a POST again',
		file: 'nodes/shared/api/client.ts',
		from: "repeatable = method !== 'POST'",
		to: 'repeatable = true',
	},
	{
		name: 'Take a lost answer for a refusal',
		file: SUBMITTER,
		from: "answer.failure.effect === 'unknown'",
		to: 'answer.failure.status === 0',
	},
	{
		name: 'Believe that nothing was sent when reading broke off',
		file: 'nodes/shared/api/failure.ts',
		from: ': CONNECTING.has(syscall) && (',
		to: ': (',
	},
	{
		name: 'Forget what the try before has submitted',
		file: `${JOBS}/memory.ts`,
		from: "recordIn(context, 'submittedJobs')",
		to: "recordIn({}, 'submittedJobs')",
	},
	{
		name: 'Give each try of a tool a memory of its own',
		file: `${JOBS}/toolCalls.ts`,
		from: 'if (known) return known;',
		to: '',
	},
	{
		name: 'Take the jobs of one round of a loop for those of another',
		file: `${JOBS}/provenance.ts`,
		from: 'return run === this.options.marks.run;',
		to: 'return true;',
	},
	{
		name: 'Overlook running jobs',
		file: LOOK_BACK,
		from: "if (entry) this.book.advance(entry, { type: 'found', report: this.blank(jobId) });",
		to: '',
		start: 501,
	},
	{
		name: 'Give a running job to the row at its place',
		file: LOOK_BACK,
		from: 'return isOtherContent(reference, entry?.soughtReference) ? undefined : entry;',
		to: 'return entry;',
		start: 601,
	},
	{
		name: 'Retry without a look back',
		file: 'nodes/shared/n8n/formerExecutions.ts',
		from: "if (context.getMode() !== 'retry') return undefined;",
		to: "if (context.getMode() !== 'manual') return undefined;",
	},
	{
		name: 'Forget at a retry what the failed execution has kept',
		file: LOOK_BACK,
		from: 'return this.isOfUse(read) ? { ...former, report: read } : undefined;',
		to: 'return undefined;',
	},
	{
		name: 'Retry at another address without what was kept',
		file: `${JOBS}/provenance.ts`,
		from: ' || this.known.has(submissionKey(reference))',
		to: '',
	},
	{
		name: 'Run again without a look back',
		file: 'nodes/shared/n8n/version.ts',
		from: 'context.isToolExecution === undefined;',
		to: 'false;',
	},
	{
		name: 'Take a page of results for all of them',
		file: `${SERVICE}/search.ts`,
		from: 'page >= meta.totalPages',
		to: 'page >= 1',
	},
	{
		name: 'Take a search that failed for one that found nothing',
		file: LOOK_BACK,
		from: 'if (!end.isComplete || !isWhole) this.leaveUnchecked(end.failure);\n\t\telse ',
		to: '',
	},
	{
		name: 'Tell rows by their place alone',
		file: `${JOBS}/match.ts`,
		from: "	claim('same', isMoved);\n",
		to: '',
	},
	{
		name: 'Take what is at the place for what is wanted',
		file: `${JOBS}/match.ts`,
		from: 'isSamePlace(one, other) && other.place.digest === undefined',
		to: 'isSamePlace(one, other)',
	},
];

/** Ways to lose an item, or to mix it up with another. */
const items: readonly Mutation[] = [
	{
		name: 'Mis-pair items',
		file: 'nodes/shared/n8n/items.ts',
		from: 'return outcomes.flatMap((outcome, item) =>',
		to: 'return [...outcomes].reverse().flatMap((outcome, item) =>',
	},
	{
		name: 'Name only the job that failed',
		file: `${JOBS}/outcome.ts`,
		from: 'const others = describeJobs(entries, service, entry);',
		to: "const others = '';",
	},
	{
		name: 'Believe the shape of the list of running jobs',
		file: `${SERVICE}/api.ts`,
		from: 'const jobId = isRecord(answer) ? textOf(answer.jobId) : undefined;',
		to: 'const jobId = textOf((answer as IDataObject).jobId);',
	},
	{
		name: 'Forget at a retry what only the first answer tells',
		file: LOOK_BACK,
		from: 'facts: { ...facts, ...answer.body.facts } };',
		to: 'facts: answer.body.facts };',
	},
	{
		name: 'Believe dates that are none',
		file: `${SERVICE}/job.ts`,
		from: 'return time > 0 && time <= LAST_DATE ? time : undefined;',
		to: 'return time > 0 ? time : undefined;',
	},
	{
		name: 'Forget what only the first answer tells',
		file: STATE,
		from: 'facts: { ...known.facts, ...report.facts },',
		to: 'facts: report.facts,',
	},
];

/** Ways to ask too much of the service. */
const capacity: readonly Mutation[] = [
	{
		name: 'Ignore 429',
		file: `${SERVICE}/jobService.ts`,
		from: 'if (failure.status === 429)',
		to: 'if (failure.status === 0)',
	},
	{
		name: 'One slot too many',
		file: `${JOBS}/slots.ts`,
		from: 'let free = (maxJobs ?? account.maxJobs) - account.executing;',
		to: 'let free = (maxJobs ?? account.maxJobs) - account.executing + 1;',
	},
	{
		name: 'Take a list that lags for the whole truth',
		file: `${JOBS}/slots.ts`,
		from: 'const isCounted = counted.has(held.jobId) || askedAt - held.since >= LIST_LAG_MS;',
		to: 'const isCounted = counted.size >= 0;',
	},
];

/** Ways to sleep too long. */
const sleeping: readonly Mutation[] = [
	{
		name: 'Ring at no stored execution',
		file: `${WAITING}/sleep.ts`,
		from: 'startRinging(desk.context, {',
		to: 'void startRinging; void ({',
	},
	{
		name: 'Ring once, and never again',
		file: `${WAITING}/ring.ts`,
		from: 'while (clock.now() < until) {',
		to: 'while (clock.now() < until && !hasBeenTaken) {',
	},
	{
		name: 'Look only when somebody calls',
		file: `${WAITING}/sleep.ts`,
		from: 'return clock.now() < end && (isRunning || wasRunning)',
		to: 'return clock.now() < end',
	},
	{
		name: 'Give up without a last look',
		file: `${JOBS}/run.ts`,
		from: 'if (this.askedAt < end || this.reader.isYetToBeRead(report.jobId, end)) continue;',
		to: 'if (now < end) continue;',
	},
	{
		name: 'Hear a ring without a look',
		file: `${WAITING}/watch.ts`,
		from: 'else await this.run.look();',
		to: 'else await Promise.resolve();',
	},
	{
		name: 'Let nobody but the caller wake an execution',
		file: `${WAITING}/watch.ts`,
		from: 'ring < MOST_RINGS && !this.isClaimed',
		to: 'ring < 0 && !this.isClaimed',
	},
	{
		name: "Leave the end of the wait to n8n's timer",
		file: `${JOBS}/run.ts`,
		from: "for (const entry of goal === 'submitted' ? [] : book.inState('running')) {",
		to: "for (const entry of goal === 'submitted' || !this.lookBack ? [] : book.inState('running')) {",
	},
	{
		name: 'Run again on what a sleeping node hands on',
		file: `${WAITING}/sleep.ts`,
		from: 'json: { ...rest, problem: error }',
		to: 'json: { ...rest, error }',
	},
	{
		name: 'Go on from what n8n has read, however old',
		file: `${WAITING}/wake.ts`,
		from: 'if (mayBeStale && (await watch.hasGoneOn())) return response;',
		to: '',
	},
];

/** Ways to tell what is not so. */
const truth: readonly Mutation[] = [
	{
		name: "Believe a page that is not the API's",
		file: `${WAITING}/reading.ts`,
		from: 'isTransient(failure) || isForeign(failure);',
		to: 'isTransient(failure);',
	},
	{
		name: 'Believe at once that a job is gone',
		file: STATE,
		from: "const suspicion = suspect(state, 'gone', now);\n\treturn isSure(suspicion, now)",
		to: "const suspicion = suspect(state, 'gone', now);\n\treturn true",
	},
	{
		name: 'Wait on whatever an unknown status may mean',
		file: STATE,
		from: "if (report.status !== 'unknown') {",
		to: "if (report.status !== 'failed' || suspect) {",
	},
	{
		name: 'Take a failed job with a status of its own for a failed call',
		file: `${SERVICE}/api.ts`,
		from: 'if (answer.ok) {\n\t\treturn shaped(answer, (body) => (isJob(body) ? body : undefined));\n\t}\n\t',
		to: 'if (answer.ok || true) {\n\t\treturn shaped(answer, (body) => (isJob(body) ? body : undefined));\n\t}\n\t',
	},
	{
		name: 'Say that nothing was submitted when the second try was refused',
		file: STATE,
		from: 'if (wasInDoubt && SUBMITTED_NOTHING',
		to: 'if (!wasInDoubt && SUBMITTED_NOTHING',
	},
];

/** Each step from one state to the next, left out. */
const arrows: readonly Mutation[] = [
	{
		name: 'queued → unsettled',
		file: STATE,
		from: "if (event.type === 'lost') return unsettled(event, now);\n\t\t\treturn event.type === 'found'",
		to: "return event.type === 'found'",
	},
	{
		name: 'queued → running',
		file: STATE,
		from: "return event.type === 'found' ? arrived(event.report, now) : undefined;\n\t\tcase 'submitting'",
		to: "return undefined;\n\t\tcase 'submitting'",
	},
	{
		name: 'submitting → running',
		file: STATE,
		from: "if (event.type === 'accepted') return arrived(event.report, now);",
		to: '',
	},
	{
		name: 'submitting → unsettled',
		file: STATE,
		from: "if (event.type === 'lost') return unsettled(event, now);\n\t\t\treturn event.type === 'sentBack'",
		to: "return event.type === 'sentBack'",
	},
	{
		name: 'submitting → queued',
		file: STATE,
		from: "return event.type === 'sentBack' ? { name: 'queued' } : undefined;\n\t\tcase 'unsettled'",
		to: "return undefined;\n\t\tcase 'unsettled'",
	},
	{
		name: 'unsettled → running',
		file: STATE,
		from: "if (event.type === 'found') return arrived(event.report, now);\n\t\t\treturn event.type === 'sentBack'",
		to: "return event.type === 'sentBack'",
	},
	{
		name: 'unsettled → queued',
		file: STATE,
		from: "return event.type === 'sentBack' ? { name: 'queued' } : undefined;\n\t\tcase 'running'",
		to: "return undefined;\n\t\tcase 'running'",
	},
	{
		name: 'running → done',
		file: STATE,
		from: "if (event.type === 'read') return heard(state, merge(state.report, event.report), now);",
		to: '',
	},
	{
		name: 'any → done, given up',
		file: STATE,
		from: "if (event.type === 'gaveUp') return failed(event.problem);",
		to: '',
	},
];

/** What the soak must catch. */
export const mutations: readonly Mutation[] = [
	...payment,
	...items,
	...capacity,
	...sleeping,
	...truth,
	...arrows,
];
