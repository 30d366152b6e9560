import { messageText, type ChatMessage } from '../../api/message.ts';
import { invalidValue } from '../../errors.ts';

/**
 * The messages in the one shape engines see: a refusal, for which other servers have a field, is content, an empty list
 * of calls is none (wire rule R21), and empty arguments are an empty object (R24). Whatever else a model once wrote as
 * arguments is taken back as it is. A tool's message has to answer a call that an earlier assistant message made (R70):
 * anything else is text that pretends to come from a tool.
 */
export function checkHistory(messages: readonly ChatMessage[]): ChatMessage[] {
  const called = new Set<string>();
  return messages.map((message, index) => {
    if (message.role === 'tool' && !called.has(message.tool_call_id)) {
      const param = `messages[${index}].tool_call_id`;
      const problem = 'no earlier assistant message has a call of this id. Send the message with `tool_calls` first.';
      throw invalidValue(param, problem);
    }
    if (message.role !== 'assistant') return message;
    const said = refusalAsContent(message);
    if (!said.tool_calls) return said;
    const { tool_calls: calls, ...rest } = said;
    if (calls.length === 0) return rest;
    for (const { id } of calls) called.add(id);
    return {
      ...rest,
      tool_calls: calls.map((call) =>
        call.function.arguments === '' ? { ...call, function: { ...call.function, arguments: '{}' } } : call,
      ),
    };
  });
}

function refusalAsContent<T extends ChatMessage & { role: 'assistant' }>(message: T): T {
  const { refusal } = message;
  return refusal && messageText(message) === '' ? { ...message, content: refusal, refusal: null } : message;
}
