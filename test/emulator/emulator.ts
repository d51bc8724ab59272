import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Accounts } from './accounts';
import { Activity } from './activity';
import { Callbacks } from './callbacks';
import { ClientErrors } from './clientErrors';
import type { Clock } from './clock';
import { RealClock, ScopedClock } from './clock';
import { imagesCreate } from './endpoints';
import { Faults } from './faults';
import type { Job } from './job';
import { Jobs } from './jobs';
import { JobViews } from './jobViews';
import { Ledger } from './ledger';
import { Library } from './library';
import { LtxService } from './ltx/service';
import { MediaStore } from './media';
import type { Behaviour, EmulatorOptions, LumaAccount } from './options';
import { DEFAULT_TOKEN, defaultBehaviour } from './options';
import type { Random } from './random';
import { seededRandom } from './random';
import type { LoggedRequest } from './requestLog';
import { buildServer } from './server';
import { SignedUrls } from './signedUrls';

const DEFAULT_SEED = 1;
const DEFAULT_HOST = '127.0.0.1';

/** An upload that came in whole. */
export interface ReceivedUpload {
	time: number;
	path: string;
	bytes: number;
	sha256: string | undefined;
}

/** A useapi.net of one's own, for one API token. `startEmulator` makes one. */
export class Emulator {
	/** `http://host:port`, once it listens. */
	url = '';

	/** The only API token that is valid; may be changed at any time. */
	token: string;

	readonly clock: Clock;

	/** What the emulator itself sets its timers on, so that none outlives it. */
	readonly timers: ScopedClock;

	/** How the service behaves; may be changed at any time. */
	readonly behaviour: Behaviour;

	readonly random: Random;

	/** Decides what a sparse answer leaves out. */
	readonly sparsity: Random;

	readonly accounts: Accounts;

	readonly lumaAccounts = new Map<string, LumaAccount>();

	readonly jobs: Jobs;

	readonly jobViews: JobViews;

	readonly ledger = new Ledger();

	readonly faults = new Faults();

	/** Every request so far, in order. */
	readonly requests: LoggedRequest[] = [];

	/** Every upload that came in whole, in order. */
	readonly uploads: ReceivedUpload[] = [];

	readonly library: Library;

	readonly media = new MediaStore();

	readonly signedUrls: SignedUrls;

	readonly clientErrors = new ClientErrors();

	/** Lightricks' own LTX API, beside that of useapi.net. */
	readonly ltx: LtxService;

	/** What an auto-advancing clock has to know of the requests at work. */
	readonly activity: Activity;

	/** The `replyUrl` of calls that bring none. */
	defaultReplyUrl: string | undefined;

	private readonly callbackSender: Callbacks;

	private readonly server: FastifyInstance;

	constructor(readonly options: EmulatorOptions) {
		const { clock = new RealClock(), seed = DEFAULT_SEED, token = DEFAULT_TOKEN } = options;
		this.token = token;
		this.clock = clock;
		this.timers = new ScopedClock(clock);
		this.behaviour = behaviourOf(options);
		this.random = seededRandom(seed);
		this.sparsity = seededRandom(seed + 2);
		const accounts = options.accounts ?? [{ email: 'creator@example.com' }];
		this.accounts = new Accounts(this.timers, seededRandom(seed + 1), accounts);
		for (const account of options.lumaAccounts ?? [{ email: 'creator@example.com' }]) {
			this.lumaAccounts.set(account.email, account);
		}
		this.signedUrls = new SignedUrls(this.timers, `storage ${seed}`, () => this.url);
		this.library = new Library(this.media, this.signedUrls, () => this.behaviour.assetTtl);
		const { media, random, signedUrls } = this;
		this.ltx = new LtxService({ clock: this.timers, media, random, signedUrls }, options.ltx);
		this.callbackSender = new Callbacks(this.timers, this.behaviour, this.sparsity);
		this.jobViews = new JobViews(this.timers, this.behaviour, this.library);
		this.jobs = new Jobs({
			clock: this.timers,
			behaviour: this.behaviour,
			random: this.random,
			accounts: this.accounts,
			ledger: this.ledger,
			library: this.library,
			callbacks: this.callbackSender,
			faults: this.faults,
			views: this.jobViews,
		});
		this.activity = new Activity(this.timers);
		this.server = buildServer(this);
	}

	/** Every attempt to deliver a callback so far, in order. */
	get callbacks() {
		return this.callbackSender.log;
	}

	/**
	 * Lets another program take slots of an account, for `durationMs` or until the jobs are finished.
	 * @returns its jobs
	 */
	occupy(email: string, slots: number, { durationMs }: { durationMs?: number } = {}): Job[] {
		this.accounts.require(email);
		return Array.from({ length: slots }, () =>
			this.jobs.occupy(email, imagesCreate, durationMs ?? Infinity),
		);
	}

	async listen(): Promise<void> {
		const { host = DEFAULT_HOST, port = 0 } = this.options;
		await this.server.listen({ host, port });
		const address = this.server.server.address() as AddressInfo;
		const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
		this.url = `http://${name}:${address.port}`;
	}

	/** Cuts all connections and forgets all timers. */
	async close(): Promise<void> {
		this.timers.close();
		this.clientErrors.close();
		await this.server.close();
		await this.callbackSender.close();
	}
}

function behaviourOf(options: EmulatorOptions): Behaviour {
	const names = Object.keys(defaultBehaviour) as Array<keyof Behaviour>;
	const given = names.filter((name) => options[name] !== undefined);
	return { ...defaultBehaviour, ...Object.fromEntries(given.map((name) => [name, options[name]])) };
}
