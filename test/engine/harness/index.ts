export { createEngine, type Engine, type EngineOptions } from './engine';
export type { ItemSpec } from './items';
export type { LogLine } from './log';
export type { NodeRequest, RunRequest, WebhookOutcome, WebhookRequest } from './requests';
export type { EngineRun } from './run';
export { AlreadyResumingError, type StartedExecution } from './runner';
export { startWebhookServer, type WebhookServer } from './webhookServer';
