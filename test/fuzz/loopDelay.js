/**
 * Preloaded into n8n: writes how long its event loop was held up at most, in milliseconds, whenever it is asked by a signal,
 * and begins anew.
 */
const { writeFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('SIGUSR2', () => {
	writeFileSync(`${process.env.LOOP_DELAY_FILE}.${process.pid}`, String(delay.max / 1e6));
	delay.reset();
});
