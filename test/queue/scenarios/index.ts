import type { Scenario } from '../scenario';
import { callbacks } from './callbacks';
import { heap } from './heap';
import { killPolling, killSubmitting } from './kills';
import { lag } from './lag';
import { poll } from './poll';
import { endProcessors, killProcessors } from './processors';
import { restarts } from './restarts';
import { rolling } from './rolling';
import { sleep } from './sleep';

export const scenarios: readonly Scenario[] = [
	sleep,
	lag,
	poll,
	killSubmitting,
	killPolling,
	killProcessors,
	endProcessors,
	restarts,
	callbacks,
	rolling,
	heap,
];
