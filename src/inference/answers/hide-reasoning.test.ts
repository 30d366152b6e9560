import { expect, it } from 'vitest';
import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import { createReasoningHider } from './hide-reasoning.ts';

const chunk = (delta: ChatCompletionChunk['choices'][number]['delta'], id: number): ChatCompletionChunk => ({
  id: 'x',
  object: 'chat.completion.chunk',
  created: 0,
  model: 'm',
  system_fingerprint: null,
  choices: [{ index: 0, delta, logprobs: null, finish_reason: null, token_ids: [id] }],
});

it('keeps the token ids of a long reasoning without going over them for each piece', () => {
  const hide = createReasoningHider();
  const count = 200_000;
  const startedAt = performance.now();
  for (let id = 0; id < count; id++) hide(chunk({ reasoning_content: 'a' }, id));
  const shown = hide(chunk({ content: 'b' }, count));

  expect(shown?.choices[0]?.token_ids).toEqual(Array.from({ length: count + 1 }, (_, id) => id));
  // Going over them for each would take far longer; the bound only has to tell the two apart on a busy machine.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
