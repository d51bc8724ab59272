import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Stands in for the user's home folder, into which n8n would write its settings. */
export const temporaryHome = mkdtempSync(join(tmpdir(), 'n8n-engine-'));

Object.assign(process.env, {
	N8N_USER_FOLDER: temporaryHome,
	N8N_ENCRYPTION_KEY: 'engine-harness',
	// Nothing goes to the console: `RecordingLog` takes the lines.
	N8N_LOG_LEVEL: 'silent',
});
