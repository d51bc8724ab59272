import { startSideServer, type SideRequest } from './sideServer';

/** What a chat model reads of a conversation. */
export interface ChatRequest {
	messages: Array<{ role: string; content: unknown }>;
	tools: Array<{ function: { name: string; description: string; parameters: unknown } }>;
}

/** What a chat model answers: words, or a tool to be called. */
export type ChatAnswer = { say: string } | { call: string; with: Record<string, unknown> };

/** A chat-completions server that follows a script: one entry for each of its turns. */
export async function startChatModel(script: Array<(request: ChatRequest) => ChatAnswer>) {
	const conversation: ChatRequest[] = [];
	const server = await startSideServer(({ body }: SideRequest) => {
		const request = JSON.parse(body.toString()) as ChatRequest;
		const turn = conversation.push(request);
		const answer = script[turn - 1]?.(request) ?? { say: 'There is nothing left to do.' };
		return toCompletion(answer, turn);
	});
	return { ...server, conversation };
}

function toCompletion(answer: ChatAnswer, turn: number) {
	const message =
		'say' in answer
			? { role: 'assistant', content: answer.say }
			: {
					role: 'assistant',
					content: null,
					tool_calls: [
						{
							id: `call-${turn}`,
							type: 'function',
							function: { name: answer.call, arguments: JSON.stringify(answer.with) },
						},
					],
				};
	return {
		id: `completion-${turn}`,
		object: 'chat.completion',
		created: 0,
		model: 'scripted',
		choices: [{ index: 0, message, finish_reason: 'say' in answer ? 'stop' : 'tool_calls' }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}
