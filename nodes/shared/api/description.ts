import type { Failure } from './failure';
import type { Confidential } from './redact';

/** What happened, and what to do next. */
export interface Explanation {
	message: string;
	description: string;
}

/** @param api whose answer it was */
type Explain = (failure: Failure, api: ApiDescription) => Explanation;

/** Status → message → next step. */
export type Meanings = Readonly<Partial<Record<number, Explanation | Explain>>>;

/** What the client has to know of an API, and how errors speak of it. */
export interface ApiDescription {
	/** The type of its credential, as nodes name it. */
	credential: string;
	/** What errors call the credential: `Example credential`. */
	label: string;
	/** The field of the credential that holds the key, its label in the form, and what to look at when it is not accepted. */
	key: { field: string; label: string; hint: string };
	/** The usual Base URL, as an example. */
	usualBaseUrl: string;
	/** What a status means to this API, where it differs from the general table. */
	meanings: Meanings;
	/** What is said of an endpoint that the vendor has taken away. */
	retired: Explanation;
	/** What its answers must not give away. */
	confidential: Confidential;
}
