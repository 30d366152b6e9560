import { z } from 'zod';
import { chatCompletionRequest } from '../chat-completion-request.ts';
import { chatMessage, type ChatMessage } from '../message.ts';
import type { structuredOutputFields } from '../structured-output.ts';
import { optional } from '../optional-field.ts';

/** The field of the client's request that a rule comes from: what errors and emulations name. */
const param = z.string();

/**
 * What the content of an answer has to be. The many spellings of it (`response_format`, `guided_json`,
 * `structured_outputs`, `nvext`) become this one before an engine sees the request.
 */
export const outputConstraint = z.discriminatedUnion('kind', [
  /** A JSON text; without a schema, an object. Strict: what cannot be enforced is refused, and not relaxed. */
  z.object({ kind: z.literal('json'), schema: z.unknown().optional(), isStrict: z.boolean(), param }),
  z.object({ kind: z.literal('regex'), pattern: z.string(), param }),
  z.object({ kind: z.literal('choice'), choices: z.array(z.string()).min(1), param }),
  /** GBNF. */
  z.object({ kind: z.literal('grammar'), grammar: z.string(), param }),
]);
export type OutputConstraint = z.infer<typeof outputConstraint>;

/** Fields that become `output`. */
const clientSpellings = {
  response_format: true,
  guided_json: true,
  guided_regex: true,
  guided_choice: true,
  guided_grammar: true,
  guided_decoding_backend: true,
  structured_outputs: true,
  nvext: true,
} as const satisfies Record<keyof typeof structuredOutputFields, true>;

/** Engines never see the URLs of clients: what a URL leads to is settled by the gateway. */
function holdsOnlyData(messages: readonly ChatMessage[]): boolean {
  return messages.every(
    ({ role, content }) =>
      role !== 'user' ||
      typeof content === 'string' ||
      content.every((part) => part.type === 'text' || part.image_url.url.startsWith('data:')),
  );
}

/** A request as engines get it: validated, with defaults, every field in one spelling. */
export const engineRequest = chatCompletionRequest.omit(clientSpellings).extend({
  /** Empty when there is a `prompt`. */
  messages: z.array(chatMessage).max(2048).refine(holdsOnlyData, 'Images have to be data URLs.'),
  /**
   * A text or token ids to go on from as they are, without a template: the answer is plain text. Engines check each id
   * in any case, so that here a long list is not gone through.
   */
  prompt: z.union([z.string(), z.custom<readonly number[]>(Array.isArray)]).optional(),
  /** 0, of a `prompt` only: nothing is generated, the prompt is counted. */
  max_tokens: optional(z.int().min(0)),
  output: outputConstraint.optional(),
  /** Tokens after which the model's reasoning is ended. */
  thinking_budget: z.object({ tokens: z.int().min(0), param }).optional(),
});
export type EngineRequest = z.infer<typeof engineRequest>;
