import { commonLength } from '../lib/common-length.ts';
import type { ChatTemplate, PromptSegment, RenderOptions } from './chat-template.ts';
import type { PromptMessage } from './prompt-message.ts';
import { textOf } from './shown-answer.ts';

/**
 * What a template writes at the end for the assistant to go on from: who speaks, and in some families that it
 * begins to reason, or that it has reasoned already. `rendered` is the prompt with it.
 */
export function generationPrompt(
  template: ChatTemplate,
  messages: readonly PromptMessage[],
  options: RenderOptions,
  rendered: readonly PromptSegment[],
): string {
  const whole = textOf(rendered);
  const without = textOf(template.render(messages, { ...options, addGenerationPrompt: false }));
  return whole.slice(commonLength(whole, without));
}
