import { inspect } from 'node:util';
import { LOG_LEVELS, type LogLevel, type LogMetadata } from 'n8n-workflow';

import { Container, Logger } from './core';

/** One line of n8n's log. */
export interface LogLine {
	level: LogLevel;
	message: string;
	/** What was logged beside the message, written out to any depth. */
	metadata: string;
}

/** Everything that n8n's engine, its helpers and the nodes log, whatever the level. */
export class RecordingLog {
	readonly lines: LogLine[] = [];

	/** Takes the place of the methods of n8n's logger, which every part of n8n already holds. */
	constructor() {
		const logger = Container.get(Logger);
		for (const level of LOG_LEVELS) {
			if (level === 'silent') continue;
			const value = (message: string, metadata: LogMetadata = {}) => {
				this.lines.push({ level, message, metadata: inspect(metadata, { depth: null }) });
			};
			Object.defineProperty(logger, level, { value, configurable: true });
		}
		Object.defineProperty(logger, 'scoped', { value: () => logger, configurable: true });
	}
}
