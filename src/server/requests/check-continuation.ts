import type { ChatCompletionRequest } from '../../api/chat-completion-request.ts';
import { invalidValue } from '../../errors.ts';

const param = 'continue_final_message';

/**
 * An answer can go on from the last message only where the assistant wrote it and was not calling; as in vLLM, a
 * generation prompt would begin another message.
 */
export function checkContinuation(
  request: Pick<ChatCompletionRequest, 'messages' | typeof param | 'add_generation_prompt'>,
): void {
  if (!request.continue_final_message) return;
  if (request.add_generation_prompt) {
    throw invalidValue(param, 'it excludes `add_generation_prompt: true`. Leave that out, or set it to false.');
  }
  const last = request.messages.at(-1);
  if (last?.role !== 'assistant')
    throw invalidValue(param, 'the last message is not from the assistant. Add the one to continue.');
  if (last.tool_calls?.length)
    throw invalidValue(param, 'the last message ends in calls, and nothing can follow them. Leave it out.');
}
