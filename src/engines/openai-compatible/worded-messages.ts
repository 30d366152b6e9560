import { hasImages, messageText, type ChatMessage } from '../../api/message.ts';
import type { Quirks } from '../quirks/quirks.ts';

/**
 * The conversation as a kind of server takes it: text parts as one string, since several servers refuse lists of
 * them; the developer as the system, and past reasoning under the name it goes by there, or left out.
 */
export function wordedMessages(messages: readonly ChatMessage[], quirks: Quirks): object[] {
  return messages.map((message) => {
    const role = message.role === 'developer' && !quirks.knowsDeveloper ? 'system' : message.role;
    const name = message.name ? { name: message.name } : {};
    if (message.role === 'tool')
      return { role, content: contentOf(message), tool_call_id: message.tool_call_id, ...name };
    if (message.role !== 'assistant') return { role, content: contentOf(message), ...name };
    const calls = message.tool_calls?.length ? { tool_calls: message.tool_calls } : {};
    const reasoning = message.reasoning_content ?? message.reasoning;
    // Servers take no content only beside calls, and what the model said may have been a refusal.
    const unsaid = 'tool_calls' in calls ? null : (message.refusal ?? '');
    return {
      role,
      content: message.content === null || message.content === undefined ? unsaid : contentOf(message),
      ...calls,
      ...name,
      ...(reasoning && quirks.reasoningName && { [quirks.reasoningName]: reasoning }),
    };
  });
}

/** Images stay parts, and what stands beside them. */
function contentOf(message: ChatMessage): unknown {
  return hasImages(message) ? message.content : messageText(message);
}
