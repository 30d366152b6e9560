import { commonLength } from '../lib/common-length.ts';
import type { ChatTemplate, PromptSegment, RenderOptions } from './chat-template.ts';
import type { PromptMessage } from './prompt-message.ts';

/** What a template writes around an answer, told by rendering one. */
export interface ShownAnswer {
  /** The end of the generation prompt that an earlier answer has not. */
  readonly cut: string;
  /** What follows the rest of the generation prompt: before the reasoning, or where there is none before the content. */
  readonly before: string;
  /** Between reasoning and content. */
  readonly between: string;
}

const needles = { reasoning: 'needle7reasoning', content: 'needle7content' };
const asked: PromptMessage = { role: 'user', content: 'Hi' };

/** Undefined where the template does not show the answer, or not its reasoning. */
export function shownAnswer(
  template: ChatTemplate,
  options: RenderOptions,
  { withReasoning }: { readonly withReasoning: boolean },
): ShownAnswer | undefined {
  // Tools and documents may be long, and are not part of an answer.
  const { documents: _, ...variables } = options.variables ?? {};
  const render = (messages: readonly PromptMessage[], addGenerationPrompt: boolean) => {
    try {
      return textOf(template.render(messages, { variables, addGenerationPrompt }));
    } catch {
      return undefined;
    }
  };
  const answer = {
    role: 'assistant',
    content: needles.content,
    ...(withReasoning && { reasoning_content: needles.reasoning }),
  };
  const begun = render([asked], true);
  const whole = render([asked, answer], false);
  if (begun === undefined || whole === undefined) return undefined;
  const common = commonLength(begun, whole);
  const cut = begun.slice(common);
  const rest = whole.slice(common);
  const contentAt = rest.indexOf(needles.content);
  if (contentAt < 0) return undefined;
  if (!withReasoning) return { cut, before: rest.slice(0, contentAt), between: '' };
  const reasoningAt = rest.indexOf(needles.reasoning);
  if (reasoningAt < 0 || reasoningAt > contentAt) return undefined;
  const between = rest.slice(reasoningAt + needles.reasoning.length, contentAt);
  return { cut, before: rest.slice(0, reasoningAt), between };
}

export function textOf(segments: readonly PromptSegment[]): string {
  return segments.map(({ text }) => text).join('');
}
