import type { Answer, Operation, Schema } from './document';
import { flatten } from './document';

/** Counts which of a fixed set of things have been seen. */
export class Tally {
	private readonly unseen: Set<string>;

	/** @param all names of the things, each once */
	constructor(private readonly all: readonly string[]) {
		this.unseen = new Set(all);
	}

	see(name: string): void {
		this.unseen.delete(name);
	}

	get missing(): string[] {
		return [...this.unseen];
	}

	toString(): string {
		return `${this.all.length - this.unseen.size} of ${this.all.length}`;
	}
}

/** The parts of the contract that exchanges have gone through without a problem. */
export class Coverage {
	/** Operations that accepted a request. */
	readonly operations: Tally;

	/** Parameters that an accepted request carried. */
	readonly parameters: Tally;

	/** Documented answers; each alternative of an answer that has some counts by itself. */
	readonly answers: Tally;

	constructor(operations: readonly Operation[]) {
		this.operations = new Tally(operations.map(({ id }) => id));
		this.parameters = new Tally(
			operations.flatMap((operation) =>
				operation.parameters.map(({ name }) => parameterName(operation, name)),
			),
		);
		this.answers = new Tally(
			operations.flatMap((operation) =>
				operation.answers
					.filter(({ documented }) => documented)
					.flatMap((answer) => answerNames(operation, answer)),
			),
		);
	}

	toString(): string {
		return [
			`operations: ${this.operations.toString()}`,
			`parameters: ${this.parameters.toString()}`,
			`documented answers: ${this.answers.toString()}`,
		].join('\n');
	}
}

/** The name of a parameter in {@link Coverage.parameters}. */
export const parameterName = ({ id }: Operation, parameter: string) => `${id} ${parameter}`;

/** The name of an answer, or of one alternative of it, in {@link Coverage.answers}. */
export const answerName = ({ id }: Operation, { status }: Answer, alternative?: string) =>
	[id, status, alternative].filter((part) => part !== undefined).join(' ');

/** The forms that an answer can have, by their names; empty if it has just one. */
export function alternativesOf(answer: Answer): Array<{ name: string; schema: Schema }> {
	const schema = answer.content?.['application/json'];
	const { oneOf = [] } = schema ? flatten(schema) : {};
	return oneOf.map((alternative) => ({
		name: alternative.title ?? alternative.$ref?.split('/').at(-1) ?? '',
		schema: alternative,
	}));
}

function answerNames(operation: Operation, answer: Answer): string[] {
	const alternatives = alternativesOf(answer);
	if (alternatives.length === 0) return [answerName(operation, answer)];
	return alternatives.map(({ name }) => answerName(operation, answer, name));
}
