import type { ChatTemplate, RenderOptions } from './chat-template.ts';
import type { PromptMessage } from './prompt-message.ts';

/**
 * What a template writes at the end for the assistant to go on from: who speaks, and in some families that it
 * begins to reason, or that it has reasoned already.
 */
export function generationPrompt(
  template: ChatTemplate,
  messages: readonly PromptMessage[],
  options: RenderOptions,
): string {
  const textOf = (addGenerationPrompt: boolean) =>
    template
      .render(messages, { ...options, addGenerationPrompt })
      .map(({ text }) => text)
      .join('');
  const [without, whole] = [textOf(false), textOf(true)];
  let common = 0;
  while (common < without.length && without[common] === whole[common]) common++;
  return whole.slice(common);
}
