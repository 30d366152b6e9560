import { ManifoldError } from '../errors.ts';

/** A message as templates are shown it: OpenAI's shape, of which only what a prompt can hold is named here. */
export interface PromptMessage {
  readonly role: string;
  readonly content?: string | readonly PromptPart[] | null | undefined;
  readonly name?: string | null | undefined;
  readonly reasoning_content?: string | null | undefined;
  readonly tool_calls?: readonly PromptToolCall[] | null | undefined;
  readonly tool_call_id?: string | undefined;
}

/** A piece of content. An image has no text: whoever reads content as text has to refuse it before. */
export type PromptPart = { readonly type: string; readonly text: string } | { readonly type: 'image_url' };

/** A call as the model made it; arguments are JSON text. */
export interface PromptToolCall {
  readonly id?: string | undefined;
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A message's content as one text: parts joined, nothing as empty. Throws where there is an image, which is never dropped. */
export function contentText({ content }: PromptMessage): string {
  if (content === null || content === undefined) return '';
  return typeof content === 'string' ? content : content.map(textOf).join('');
}

function textOf(part: PromptPart): string {
  if ('text' in part) return part.text;
  throw new ManifoldError('unsupported_content', 'This model reads text only. Send text parts.', { param: 'messages' });
}
