import { apis } from './api';
import { doors } from './doors';
import type { Kind } from './kind';
import { patterns } from './patterns';
import { texts } from './texts';

/** All that comes from outside, kind by kind. */
export const KINDS: readonly Kind[] = [...doors, ...texts, ...apis, ...patterns];
