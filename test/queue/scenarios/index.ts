import type { Scenario } from '../scenario';
import { lag } from './lag';
import { poll } from './poll';
import { sleep } from './sleep';

export const scenarios: readonly Scenario[] = [sleep, lag, poll];
