/**
 * Preloaded into n8n: ends n8n and its task runners when the program that started it is gone without a word,
 * as after `kill -9`.
 */
process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
process.channel?.unref();
