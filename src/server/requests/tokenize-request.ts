import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { tokenizeChatFields, tokenizeTextRequest } from '../../api/tokenize.ts';
import { invalidValue } from '../../errors.ts';
import { bodyFields } from './body-fields.ts';
import { parseChatRequest } from './chat-request.ts';
import { ignoredNames } from './ignored-names.ts';
import { validate } from './validate.ts';

/** What `/tokenize` is asked: the tokens of a text, or of a chat as the model would read it. */
export type ParsedTokenize = { readonly isNamed: boolean; readonly ignored: readonly string[] } & (
  | { readonly kind: 'text'; readonly model: string; readonly text: string; readonly addsSpecialTokens: boolean }
  | { readonly kind: 'chat'; readonly request: EngineRequest }
);

/** `onlyModel`: the model that is meant when none is named. */
export function parseTokenizeRequest(body: unknown, onlyModel: () => string): ParsedTokenize {
  const fields = bodyFields(body);
  const isChat = isGiven(fields['messages']);
  if (isChat && isGiven(fields['prompt'])) {
    throw invalidValue('prompt', 'there are `messages` too. Send one of them.');
  }
  return isChat ? parseChat(fields, onlyModel) : parseText(fields, onlyModel);
}

function parseText(fields: Readonly<Record<string, unknown>>, onlyModel: () => string): ParsedTokenize {
  const { model = onlyModel(), prompt, ...options } = validate(tokenizeTextRequest, fields);
  return {
    kind: 'text',
    model,
    text: prompt,
    addsSpecialTokens: options.add_special_tokens,
    isNamed: options.return_token_strs,
    ignored: ignoredNames(fields, tokenizeTextRequest.shape),
  };
}

/** Everything a chat takes means the same here, so that what is counted is what would be read. */
function parseChat(fields: Readonly<Record<string, unknown>>, onlyModel: () => string): ParsedTokenize {
  const { model = onlyModel(), return_token_strs: isNamed } = validate(tokenizeChatFields, fields);
  const { return_token_strs: _, ...chat } = fields;
  const { request, ignored } = parseChatRequest({ ...chat, model });
  return { kind: 'chat', request, isNamed, ignored };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
