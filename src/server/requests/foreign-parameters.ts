import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { chatCompletionRequest } from '../../api/chat-completion-request.ts';
import { completionRequest } from '../../api/completion-request.ts';
import { laterCompletionParameters } from '../../api/later-completion-parameters.ts';
import { laterParameters, type LaterParameter } from '../../api/later-parameters.ts';
import { ManifoldError } from '../../errors.ts';

type Fields = Readonly<Record<string, unknown>>;

const elsewhere = 'Leave it out, or send messages to `/v1/chat/completions`.';

/** Those of text completions go before: what asks for nothing differs. */
const refusedByName: Readonly<Record<string, LaterParameter>> = { ...laterParameters, ...laterCompletionParameters };
const chatFields: Readonly<Record<string, z.ZodType>> = chatCompletionRequest.shape;

/** Every field that a text completion honours or refuses; others have no effect. */
export const knownFields: readonly object[] = [completionRequest.shape, refusedByName, chatFields];

/**
 * Refuses what a text completion cannot honour: what is refused everywhere, what is refused here, and what only a chat
 * has. A field of the chat's with the value that it has by itself asks for nothing.
 */
export function refuseForeignParameters(fields: Fields): void {
  refuseThinkingBudget(fields['nvext']);
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null || Object.hasOwn(completionRequest.shape, name)) continue;
    if (Object.hasOwn(refusedByName, name)) {
      if (refusedByName[name]?.asks(value)) throw unsupported(name, 'Leave it out.');
    } else if (Object.hasOwn(chatFields, name) && !isDefault(name, value)) {
      throw unsupported(name, elsewhere);
    }
  }
}

/** NIM's extensions hold something of a chat's beside what the text has to be. */
function refuseThinkingBudget(nvext: unknown): void {
  if (typeof nvext !== 'object' || nvext === null || !('max_thinking_tokens' in nvext)) return;
  if (nvext.max_thinking_tokens === null || nvext.max_thinking_tokens === undefined) return;
  throw unsupported('nvext.max_thinking_tokens', elsewhere);
}

function isDefault(name: string, value: unknown): boolean {
  if (Array.isArray(value) && value.length === 0) return true;
  const byItself = chatFields[name]?.safeParse(undefined);
  return byItself?.success === true && isDeepStrictEqual(byItself.data, value);
}

function unsupported(param: string, fix: string): ManifoldError {
  return new ManifoldError('unsupported_parameter', `\`${param}\` is not supported by text completions. ${fix}`, {
    param,
  });
}
