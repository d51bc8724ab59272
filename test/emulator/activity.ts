import type { ServerResponse } from 'node:http';
import type { Clock } from './clock';

/** Which requests the emulator is at work on, and which it holds until the clock moves. */
export class Activity {
	/** Requests that were not answered yet. */
	open = 0;

	/** Those of them that wait for the clock. */
	held = 0;

	constructor(private readonly clock: Clock) {}

	/** Counts a request until its answer is out or its connection is gone. */
	track(response: ServerResponse): void {
		this.open++;
		response.once('close', () => {
			this.open--;
		});
	}

	/** Holds a request for `ms` of the clock. False when its client has gone meanwhile. */
	hold(response: ServerResponse, ms: number): Promise<boolean> {
		if (response.closed || response.destroyed) return Promise.resolve(false);
		this.held++;
		return new Promise((resolve) => {
			const settle = (isConnected: boolean) => {
				this.held--;
				cancel();
				response.off('close', onClose);
				resolve(isConnected);
			};
			const onClose = () => {
				settle(false);
			};
			const cancel = this.clock.at(this.clock.now() + ms, () => {
				settle(true);
			});
			response.once('close', onClose);
		});
	}
}
