import { z } from 'zod';
import { finishReason } from './chat-completion.ts';
import { choiceExtras, promptExtras } from './token-details.ts';
import { logprobs } from './logprobs.ts';
import { toolCallDelta } from './tool.ts';
import { usage } from './usage.ts';

/** What one streamed piece adds to a choice; `role` stands in the first delta only. */
export const delta = z.object({
  role: z.literal('assistant').optional(),
  content: z.string().optional(),
  reasoning_content: z.string().optional(),
  /** The same under its other name; engines send one of them, clients get both. */
  reasoning: z.string().optional(),
  tool_calls: z.array(toolCallDelta).optional(),
  refusal: z.null().optional(),
});
export type Delta = z.infer<typeof delta>;

/** One streamed piece. `finish_reason` is null until the choice's closing chunk, whose delta is empty. */
export const chatCompletionChunk = z.object({
  id: z.string(),
  object: z.literal('chat.completion.chunk'),
  created: z.int(),
  model: z.string(),
  system_fingerprint: z.string().nullable(),
  choices: z.array(
    z.object({
      index: z.int(),
      delta,
      logprobs,
      finish_reason: finishReason.nullable(),
      ...choiceExtras,
    }),
  ),
  usage: usage.nullish(),
  ...promptExtras,
});
export type ChatCompletionChunk = z.infer<typeof chatCompletionChunk>;
