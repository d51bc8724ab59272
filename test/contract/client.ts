import type { Emulator } from '../emulator';

/** What a request brings along; of the bodies at most one. */
export interface CallOptions {
	json?: object;
	/** Sent as form data. */
	form?: object;
	file?: { bytes: Buffer; type: string };
	/** In place of the one that is valid. */
	token?: string;
}

/** Calls an endpoint, whatever it answers. */
export type Call = (
	method: string,
	path: string,
	options?: CallOptions,
) => Promise<{ status: number; body: unknown }>;

/** A client of the emulator, with the token of one of its services, that may be told to send anything. */
export const createClient =
	(emulator: Emulator, validToken = emulator.token): Call =>
	async (method, path, options = {}) => {
		const { token = validToken } = options;
		const { body, type } = encode(options);
		const response = await fetch(`${emulator.url}${path}`, {
			method,
			headers: { authorization: `Bearer ${token}`, ...(type && { 'content-type': type }) },
			...(body && { body }),
		});
		const text = await response.text();
		return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
	};

function encode({ json, form, file }: CallOptions) {
	if (json) return { body: JSON.stringify(json), type: 'application/json' };
	if (file) return { body: new Uint8Array(file.bytes), type: file.type };
	if (!form) return {};
	const data = new FormData();
	for (const [name, value] of Object.entries(form)) data.append(name, String(value));
	return { body: data };
}
