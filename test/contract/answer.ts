import type { Exchange } from '../emulator/exchange';
import { alternativesOf, answerName } from './coverage';
import type { Answer, Operation } from './document';
import { mediaType, problemsOfBody } from './media';
import { problemsOfJson } from './schemas';

/** Holds an answer to its operation. @returns every problem, with its place */
export function checkAnswer(operation: Operation, response: Exchange['response']): string[] {
	const { headers, body } = response;
	const answer = findAnswer(operation, response);
	if (!answer) return ['is not in the contract'];
	if (!answer.content) return body === undefined ? [] : ['must have no body'];
	return problemsOfBody(answer.content, mediaType(headers['content-type']), body);
}

/** What the coverage calls an answer that keeps the contract. */
export function namesOfAnswer(operation: Operation, response: Exchange['response']): string[] {
	const answer = findAnswer(operation, response);
	if (!answer) return [];
	const alternatives = alternativesOf(answer);
	if (alternatives.length === 0) return [answerName(operation, answer)];
	return alternatives
		.filter(({ schema }) => problemsOfJson(schema, response.body).length === 0)
		.map(({ name }) => answerName(operation, answer, name));
}

function findAnswer({ answers }: Operation, { status }: Exchange['response']): Answer | undefined {
	const exact = String(status);
	const range = `${exact.charAt(0)}XX`;
	return (
		answers.find((answer) => answer.status === exact) ??
		answers.find((answer) => answer.status === range)
	);
}
