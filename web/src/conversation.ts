import type { WireMessage } from './wire.ts';

export interface Turn {
  readonly question: string;
  /** What the model has said so far. */
  answer: string;
}

export interface Conversation {
  readonly turns: readonly Turn[];
  ask(question: string): Turn;
  /** Forgets a turn that got no answer, so that the question can be asked again. */
  drop(turn: Turn): void;
  clear(): void;
  /**
   * The messages to send so that the model answers the last question. Earlier ones that got no answer, since they were
   * stopped or all was spent on thinking, are left out: two questions in a row confuse or break many templates.
   */
  messages(systemPrompt: string): WireMessage[];
}

/** What was said, in order. It lives in memory only and is gone when the page is. */
export function createConversation(): Conversation {
  const turns: Turn[] = [];
  return {
    turns,
    ask(question) {
      const turn: Turn = { question, answer: '' };
      turns.push(turn);
      return turn;
    },
    drop(turn) {
      const index = turns.indexOf(turn);
      if (index !== -1) turns.splice(index, 1);
    },
    clear() {
      turns.length = 0;
    },
    messages(systemPrompt) {
      const messages: WireMessage[] = [];
      if (systemPrompt.trim() !== '') messages.push({ role: 'system', content: systemPrompt.trim() });
      for (const turn of turns) {
        if (turn.answer === '' && turn !== turns.at(-1)) continue;
        messages.push({ role: 'user', content: turn.question });
        if (turn.answer !== '') messages.push({ role: 'assistant', content: turn.answer });
      }
      return messages;
    },
  };
}
