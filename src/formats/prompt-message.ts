/** A message as templates are shown it: OpenAI's shape, of which only what a prompt can hold is named here. */
export interface PromptMessage {
  readonly role: string;
  readonly content?: string | readonly { readonly type: string; readonly text: string }[] | null | undefined;
  readonly name?: string | null | undefined;
  readonly reasoning_content?: string | null | undefined;
  readonly tool_calls?: readonly PromptToolCall[] | null | undefined;
  readonly tool_call_id?: string | undefined;
}

/** A call as the model made it; arguments are JSON text. */
export interface PromptToolCall {
  readonly id?: string | undefined;
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A message's content as one text: parts joined, nothing as empty. */
export function contentText({ content }: PromptMessage): string {
  if (content === null || content === undefined) return '';
  return typeof content === 'string' ? content : content.map((part) => part.text).join('');
}
