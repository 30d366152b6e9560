import { z } from 'zod';
import { logprobs } from './logprobs.ts';
import { choiceExtras, promptExtras } from './token-details.ts';
import { toolCall } from './tool.ts';
import { usage } from './usage.ts';

export const finishReason = z.enum(['stop', 'length', 'tool_calls', 'content_filter']);
export type FinishReason = z.infer<typeof finishReason>;

const assistantMessage = z.object({
  role: z.literal('assistant'),
  content: z.string().nullable(),
  refusal: z.string().nullable(),
  /** Absent when the model reasons in the open or not at all. */
  reasoning_content: z.string().optional(),
  /** The same under its other name: clients read one or the other. */
  reasoning: z.string().optional(),
  /** Absent, never empty, when nothing is called (wire rule R21). */
  tool_calls: z.array(toolCall).optional(),
});

/** The plain answer. `refusal` and `logprobs` are always present, null if there is nothing (wire rule R09). */
export const chatCompletion = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.int(),
  model: z.string(),
  system_fingerprint: z.string().nullable(),
  choices: z.array(
    z.object({
      index: z.int(),
      message: assistantMessage,
      logprobs,
      finish_reason: finishReason,
      ...choiceExtras,
    }),
  ),
  usage,
  ...promptExtras,
});
export type ChatCompletion = z.infer<typeof chatCompletion>;
