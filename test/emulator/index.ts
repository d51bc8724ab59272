import { Emulator } from './emulator';
import type { EmulatorOptions } from './options';

export type { Account, AccountSeed } from './accounts';
export type { AutoAdvance } from './autoAdvance';
export { autoAdvance } from './autoAdvance';
export type { Delivery } from './callbacks';
export type { Clock } from './clock';
export { RealClock, VirtualClock } from './clock';
export type { Emulator } from './emulator';
export type { Exchange } from './exchange';
export type {
	CallbackFault,
	Fault,
	FaultMatch,
	FaultRule,
	FaultTarget,
	RequestFault,
} from './faults';
export type { Job, JobView } from './job';
export type { LedgerEntry } from './ledger';
export type { Behaviour, EmulatorOptions, LumaAccount } from './options';
export { DEFAULT_TOKEN } from './options';
export { prices } from './products';
export { seededRandom } from './random';
export type { LoggedRequest } from './requestLog';

/** Starts a local useapi.net; by default on a free loopback port, on real time, with one account. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const emulator = new Emulator(options);
	await emulator.listen();
	return emulator;
}
