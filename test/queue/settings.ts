import type { N8nCommand } from '../n8n-host/instance';

/** The database of n8n. */
export const DATABASE = { user: 'n8n', name: 'n8n' } as const;

/** What n8n's processes share in queue mode; `examples/queue-mode/compose.yaml` sets the same. */
export const sharedSettings = ({
	redisPort,
	postgresPort,
	url,
	encryptionKey,
}: {
	redisPort: number;
	postgresPort: number;
	/** The proxy's, without a slash at the end. */
	url: string;
	encryptionKey: string;
}) => ({
	EXECUTIONS_MODE: 'queue',
	QUEUE_BULL_REDIS_HOST: '127.0.0.1',
	QUEUE_BULL_REDIS_PORT: String(redisPort),
	DB_TYPE: 'postgresdb',
	DB_POSTGRESDB_HOST: '127.0.0.1',
	DB_POSTGRESDB_PORT: String(postgresPort),
	DB_POSTGRESDB_DATABASE: DATABASE.name,
	DB_POSTGRESDB_USER: DATABASE.user,
	DB_POSTGRESDB_PASSWORD: 'not checked on loopback',
	N8N_ENCRYPTION_KEY: encryptionKey,
	// On workers too: they tell LTX Studio where to call back.
	WEBHOOK_URL: `${url}/`,
	// Shared: what a webhook processor downloads is read by a worker.
	N8N_DEFAULT_BINARY_DATA_MODE: 'database',
	N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '30',
});

/** What each kind of process has of its own; the example sets the same. */
export const ownSettings: Record<N8nCommand, Readonly<Record<string, string>>> = {
	start: {
		N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
	},
	worker: { N8N_CONCURRENCY_PRODUCTION_LIMIT: '5' },
	webhook: {},
};
