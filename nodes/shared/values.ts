import type { IDataObject } from 'n8n-workflow';

/** @returns whether a value has fields, as a JSON object has */
export const isRecord = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns a text that says something, and undefined for whatever else a value is */
export const textOf = (value: unknown): string | undefined =>
	typeof value === 'string' && value !== '' ? value : undefined;

/** @returns whether a value is a text that says something */
export const isText = (value: unknown): value is string => textOf(value) !== undefined;

/** @returns a number that can be counted with, and undefined for whatever else a value is */
export const numberOf = (value: unknown): number | undefined =>
	typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** @returns whether a text is a whole address of the web */
export const isWebUrl = (text: string): boolean =>
	URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** @returns what an address leads to, without its path; nothing where it is none */
export const originOf = (text: string): string => (URL.canParse(text) ? new URL(text).origin : '');
