import {
	NodeOperationError,
	type ICredentialDataDecryptedObject,
	type ICredentialsDecrypted,
} from 'n8n-workflow';

import { clock } from '../n8n/clock';
import { isWebUrl } from '../values';
import type { ApiDescription } from './description';
import { Redactor } from './redact';
import type { ApiContext } from './request';
import { isPrintable } from './text';

/** For how long what was read of a credential holds, in milliseconds. n8n asks its database and decrypts at each reading. */
const FRESH_MS = 5_000;

/** What a credential says, checked. */
interface Content {
	data: ICredentialDataDecryptedObject;
	baseUrl: URL;
	token: string;
}

/** The credential of an API in an n8n context: read when the context is bound to the API, and now and then from then on. */
export class Credential {
	/** Where the API is. */
	readonly baseUrl: URL;
	/** The key, as it was read first. What is signed with it stays the same while the context lives. */
	readonly token: string;

	private readonly tokens: Set<string>;
	private redactor: Redactor;
	private reading: Promise<void> | undefined;
	private readAt = clock.now();

	private constructor(
		private readonly context: ApiContext,
		private readonly api: ApiDescription,
		private content: Content,
	) {
		this.baseUrl = content.baseUrl;
		this.token = content.token;
		this.tokens = new Set([content.token]);
		this.redactor = this.redactorOf();
	}

	/** What errors call it. */
	get label(): string {
		return this.api.label;
	}

	/** @throws {NodeOperationError} when the key is empty, or the base URL no URL */
	static async read(context: ApiContext, api: ApiDescription): Promise<Credential> {
		return new Credential(context, api, await readContent(context, api));
	}

	/**
	 * What n8n's helper takes in place of its own reading. A key that was changed meanwhile is taken up; one that was changed along
	 * with the Base URL is another API's, and must not be sent to this one.
	 *
	 * @throws what n8n throws when it can't read the credential
	 */
	async decrypted(): Promise<ICredentialsDecrypted> {
		if (clock.now() - this.readAt >= FRESH_MS) await (this.reading ??= this.readAgain());
		const { credential: type, label: name } = this.api;
		return { id: '', name, type, data: this.content.data };
	}

	/**
	 * Looks for another key, in place of one that the API has refused.
	 *
	 * @returns whether there is one
	 */
	async renew(): Promise<boolean> {
		const { token } = this.content;
		try {
			await (this.reading ??= this.readAgain());
		} catch {
			return false;
		}
		return this.content.token !== token;
	}

	/** Hides all keys that were read so far, and other secrets. */
	redactorFor(secrets: readonly string[] = []): Redactor {
		return secrets.length === 0 ? this.redactor : this.redactorOf(secrets);
	}

	/** Calls that are sent at the same time share it. */
	private async readAgain(): Promise<void> {
		try {
			const content = await readContent(this.context, this.api);
			this.readAt = clock.now();
			if (content.baseUrl.href !== this.baseUrl.href) return;
			this.content = content;
			if (this.tokens.has(content.token)) return;
			this.tokens.add(content.token);
			this.redactor = this.redactorOf();
		} finally {
			this.reading = undefined;
		}
	}

	private redactorOf(others: readonly string[] = []): Redactor {
		return new Redactor([...this.tokens, ...others], this.api.confidential);
	}
}

async function readContent(context: ApiContext, api: ApiDescription): Promise<Content> {
	const data = await context.getCredentials(api.credential);
	const baseUrl = readBaseUrl(context, api, data.baseUrl);
	return { data, baseUrl, token: readKey(context, api, data[api.key.field]) };
}

function readKey(context: ApiContext, { key, label }: ApiDescription, value: unknown): string {
	const text = typeof value === 'string' ? value.trim() : '';
	if (text === '') {
		throw new NodeOperationError(context.getNode(), `The ${key.label} is empty`, {
			description: `Set ${key.label} in the ${label}.`,
		});
	}
	if (!isPrintable(text)) {
		throw new NodeOperationError(context.getNode(), `The ${key.label} cannot be sent`, {
			description: `There is a line break or an invisible character in it. Paste ${key.label} again in the ${label}.`,
		});
	}
	return text;
}

function readBaseUrl(
	context: ApiContext,
	{ label, usualBaseUrl }: ApiDescription,
	value: unknown,
): URL {
	const text = typeof value === 'string' ? value : '';
	if (!isWebUrl(text)) {
		throw new NodeOperationError(context.getNode(), 'The Base URL is not a URL', {
			description: `Set Base URL in the ${label}, such as ${usualBaseUrl}.`,
		});
	}
	const url = new URL(text);
	if (!url.pathname.endsWith('/')) url.pathname += '/';
	url.search = '';
	url.hash = '';
	return url;
}
