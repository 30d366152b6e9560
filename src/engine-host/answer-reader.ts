import { randomBytes } from 'node:crypto';
import type { Delta } from '../api/chat-completion-chunk.ts';
import type { FinishReason } from '../api/chat-completion.ts';
import type { AnswerParser, AnswerPart } from '../formats/answer-parser.ts';

/**
 * One choice's text as the contract wants it: reasoning, content and calls in fields of their own. Pieces of one kind
 * that come in a row leave joined.
 */
export class AnswerReader {
  readonly #parser: AnswerParser;
  #completeCalls = 0;

  constructor(parser: AnswerParser) {
    this.#parser = parser;
  }

  push(text: string): Delta[] {
    return this.#deltas(this.#parser.push(text));
  }

  /**
   * The rest, and the reason as the contract has it: `tool_calls` when the answer ended in calls, but never instead of
   * `length` (wire rule R23). `wasCut`: a limit or a stop string ended the text, so that nothing open is complete.
   */
  end(reason: FinishReason, wasCut: boolean): { deltas: Delta[]; reason: FinishReason } {
    const deltas = this.#deltas(this.#parser.end(wasCut ? 'cut' : 'complete'));
    return { deltas, reason: reason === 'stop' && this.#completeCalls > 0 ? 'tool_calls' : reason };
  }

  #deltas(parts: readonly AnswerPart[]): Delta[] {
    return parts.flatMap((part): Delta[] => {
      switch (part.kind) {
        case 'reasoning':
          return [{ reasoning_content: part.text }];
        case 'content':
          return [{ content: part.text }];
        case 'call': {
          const { index, name, id = newCallId() } = part;
          return [{ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }];
        }
        case 'arguments':
          return [{ tool_calls: [{ index: part.index, function: { arguments: part.text } }] }];
        case 'call-end':
          this.#completeCalls++;
          return [];
        default:
          return part satisfies never;
      }
    });
  }
}

function newCallId(): string {
  return `call_${randomBytes(12).toString('hex')}`;
}
