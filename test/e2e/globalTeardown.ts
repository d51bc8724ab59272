/** Stops the n8n that the tests have shared. */
export default async function globalTeardown(): Promise<void> {
	await globalThis.e2eN8n?.stop();
}
