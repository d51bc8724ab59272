export { createEngine, type Engine, type EngineOptions, type WebhookOutcome } from './engine';
export type { ItemSpec } from './items';
export type { LogLine } from './log';
export type { EngineRun } from './run';
export { AlreadyResumingError, type StartedExecution } from './runner';
export { startWebhookServer, type WebhookServer } from './webhookServer';
