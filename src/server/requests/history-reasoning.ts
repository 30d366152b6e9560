import type { ChatMessage } from '../../api/message.ts';
import { invalidValue } from '../../errors.ts';

/** The messages with their reasoning under one name. A client may send both, as it got them; they have to agree. */
export function oneReasoning(messages: readonly ChatMessage[]): ChatMessage[] {
  return messages.map((message, index) => {
    if (message.role !== 'assistant' || message.reasoning === undefined) return message;
    const { reasoning, ...rest } = message;
    const known = message.reasoning_content;
    if (known && reasoning && known !== reasoning) {
      const param = `messages[${index}].reasoning`;
      const problem = 'it differs from `reasoning_content`, which means the same; leave one of them out.';
      throw invalidValue(param, problem);
    }
    return { ...rest, reasoning_content: known || reasoning };
  });
}
