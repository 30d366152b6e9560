import type { ChatCompletionRequestInput } from '../../api/chat-completion-request.ts';
import type { AnswerPiece, ServerClient } from '../server-client.ts';

type Message = ChatCompletionRequestInput['messages'][number];

/** A conversation with one model: remembers what both said and sends it along. */
export interface Conversation {
  model: string;
  system: string | undefined;
  /** The answer, piece by piece. An answer that broke off is remembered as far as it came, reasoning is not. */
  ask(question: string, signal: AbortSignal): AsyncIterable<AnswerPiece>;
  /** Forgets what was said; the system prompt stays. */
  clear(): void;
}

export function createConversation(client: ServerClient, model: string, system: string | undefined): Conversation {
  let said: Message[] = [];
  return {
    model,
    system,
    async *ask(question, signal) {
      const messages: Message[] = [...said, { role: 'user', content: question }];
      const opening: Message[] = this.system === undefined ? [] : [{ role: 'system', content: this.system }];
      let answer = '';
      try {
        for await (const piece of client.chat({ model: this.model, messages: [...opening, ...messages] }, signal)) {
          answer += piece.text;
          yield piece;
        }
      } finally {
        // A question without any answer is not kept: two user turns in a row confuse many templates.
        if (answer !== '') said = [...messages, { role: 'assistant', content: answer }];
      }
    },
    clear() {
      said = [];
    },
  };
}
