import type { ExecutionError } from 'n8n-workflow';

/** An error as n8n stores it: a plain object with everything that could be seen of the error. */
export const toPlainError = (error: Error): ExecutionError =>
	Object.assign({}, error as ExecutionError, { message: error.message, stack: error.stack });
