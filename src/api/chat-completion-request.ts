import { z } from 'zod';
import { dialectFields } from './dialect-fields.ts';
import { keepAlive, keepAliveMeaning } from './keep-alive.ts';
import { mostTopLogprobs } from './logprobs.ts';
import { chatMessage } from './message.ts';
import { optional, withDefault } from './optional-field.ts';
import { structuredOutputFields } from './structured-output.ts';
import { reasoningFields } from './reasoning.ts';
import { tool, toolChoice } from './tool.ts';

const stopStrings = z
  .union([z.string().max(1024), z.array(z.string().min(1).max(1024)).max(16)])
  .nullish()
  .transform((stop) => (typeof stop === 'string' ? [stop].filter(Boolean) : (stop ?? [])));

/** What is said of a stream. Members that only other servers know have no effect. */
const streamOptions = z.object({ include_usage: withDefault(z.boolean(), false) });

/** The contract's `max_tokens` when the client names neither limit. */
export const defaultMaxTokens = 1024;

/** Of 64 bits; of a larger one than a number holds the body's parser leaves the lower bits. */
const int64 = z
  .int('A seed is an integer of 64 bits.')
  .meta({ format: 'int64', minimum: undefined, maximum: undefined });

/** The contract's sampling when the client says nothing of it. */
export const defaultSampling = { temperature: 0.2, top_p: 0.7 } as const;

/**
 * The body of `POST /v1/chat/completions`: NIM's contract with its defaults, and the sampling fields
 * that vLLM-based NIM containers accept at the top level.
 */
export const chatCompletionRequest = z.object({
  model: z.string().min(1),
  messages: z.array(chatMessage).min(1).max(2048),
  temperature: withDefault(z.number().min(0).max(2), defaultSampling.temperature),
  top_p: withDefault(z.number().min(0).max(1), defaultSampling.top_p),
  max_tokens: optional(z.int().min(1)).meta({ default: defaultMaxTokens }),
  max_completion_tokens: optional(z.int().min(1)),
  n: withDefault(z.int().min(1), 1),
  seed: optional(int64),
  stop: stopStrings,
  stream: withDefault(z.boolean(), false),
  stream_options: optional(streamOptions),
  frequency_penalty: withDefault(z.number().min(-2).max(2), 0),
  presence_penalty: withDefault(z.number().min(-2).max(2), 0),
  logit_bias: optional(
    z.record(z.string().regex(/^\d{1,9}$/, 'Token ids are decimal numbers.'), z.number().min(-100).max(100)),
  ),
  logprobs: withDefault(z.boolean(), false),
  top_logprobs: optional(z.int().min(0).max(mostTopLogprobs)).meta({ description: 'Needs `logprobs: true`.' }),
  /** An empty list means no tools. */
  tools: optional(z.array(tool).max(1024)),
  tool_choice: optional(toolChoice).meta({ description: 'Default: `auto` when there are tools.' }),
  parallel_tool_calls: withDefault(z.boolean(), true),
  ...structuredOutputFields,
  user: optional(z.string()),
  top_k: optional(z.int().min(-1)),
  min_p: withDefault(z.number().min(0).max(1), 0),
  repetition_penalty: withDefault(z.number().gt(0).max(10), 1),
  min_tokens: withDefault(z.int().min(0), 0),
  ignore_eos: withDefault(z.boolean(), false),
  ...reasoningFields,
  /** As in vLLM, lower is sooner; a client can only step back behind others, so it is never negative. */
  priority: withDefault(z.int().min(0).max(1000), 0),
  /** Ours: the same request gives the same text to the last bit, whatever runs beside it. */
  deterministic: withDefault(z.boolean(), false),
  /** Ollama's; it counts until the model is loaded again or another request says otherwise. */
  keep_alive: optional(keepAlive).meta({ description: keepAliveMeaning }),
  ...dialectFields,
});
export type ChatCompletionRequest = z.infer<typeof chatCompletionRequest>;

/** What a client may send: the same body before defaults are filled in. */
export type ChatCompletionRequestInput = z.input<typeof chatCompletionRequest>;
