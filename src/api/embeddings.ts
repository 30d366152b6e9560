import { z } from 'zod';
import { keepAlive, keepAliveMeaning } from './keep-alive.ts';
import { optional } from './optional-field.ts';

/** As many inputs as OpenAI takes in one request. */
const mostInputs = 2048;

/** A text, a list of texts, the token ids of one text, or a list of those. */
export type EmbeddingInput = string | number[] | string[] | number[][];

/** The inputs one by one, each a text or the token ids of one. */
export function inputsOf(input: EmbeddingInput): readonly (string | readonly number[])[] {
  if (typeof input === 'string') return [input];
  return typeof input[0] === 'number' ? [input as number[]] : (input as string[] | number[][]);
}

/**
 * Checked by hand: lists may hold 100,000 numbers, which a schema of schemas would take too long for. Complaints name
 * the item at fault.
 */
export const embeddingInput = z
  .custom<EmbeddingInput>()
  .superRefine((value: unknown, context) => {
    const fault = inputFault(value);
    if (fault === undefined) return;
    const { path, message, isType } = fault;
    if (isType) context.addIssue({ code: 'invalid_type', expected: 'string', path, message });
    else context.addIssue({ code: 'custom', path, message });
  })
  .meta({
    description: 'A text, a list of texts, the token ids of one text, or a list of those; none of them empty.',
    oneOf: [
      { type: 'string', minLength: 1 },
      { type: 'array', minItems: 1, maxItems: mostInputs, items: { type: 'string', minLength: 1 } },
      { type: 'array', minItems: 1, items: { type: 'integer', minimum: 0 } },
      {
        type: 'array',
        minItems: 1,
        maxItems: mostInputs,
        items: { type: 'array', minItems: 1, items: { type: 'integer', minimum: 0 } },
      },
    ],
  });

interface Fault {
  readonly path: (string | number)[];
  readonly message: string;
  readonly isType?: boolean;
}

const emptyText = 'An empty text has no embedding. Leave it out.';
const mixed = 'All items are texts, or all are lists of token ids, or all are token ids of one text.';

function inputFault(value: unknown): Fault | undefined {
  if (typeof value === 'string') return value === '' ? { path: [], message: emptyText } : undefined;
  if (!Array.isArray(value)) return { path: [], message: 'Send a text, or a list of texts.', isType: true };
  const items: readonly unknown[] = value;
  const [first] = items;
  if (first === undefined) return { path: [], message: 'The list is empty. Send at least one text.' };
  if (typeof first === 'number') return tokensFault(items, []);
  if (items.length > mostInputs) {
    return {
      path: [],
      message: `There are ${items.length} inputs and at most ${mostInputs} are taken. Send several requests.`,
    };
  }
  for (const [index, item] of items.entries()) {
    if (typeof item !== typeof first || Array.isArray(item) !== Array.isArray(first))
      return { path: [index], message: mixed, isType: true };
    const fault = itemFault(item, index);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function itemFault(item: unknown, index: number): Fault | undefined {
  if (typeof item === 'string') return item === '' ? { path: [index], message: emptyText } : undefined;
  if (!Array.isArray(item)) return { path: [index], message: mixed, isType: true };
  return item.length === 0 ? { path: [index], message: emptyText } : tokensFault(item, [index]);
}

function tokensFault(tokens: readonly unknown[], path: (string | number)[]): Fault | undefined {
  const at = tokens.findIndex((token) => typeof token !== 'number' || !Number.isInteger(token) || token < 0);
  if (at < 0) return undefined;
  const isType = typeof tokens[at] !== 'number';
  return { path: [...path, at], message: isType ? mixed : 'Token ids are whole numbers from 0 on.', isType };
}

/**
 * The body of `POST /v1/embeddings`: OpenAI's, with the fields of NVIDIA's embedding NIMs (`input_type`, `truncate`),
 * of vLLM (`truncate_prompt_tokens`) and of Ollama (`keep_alive`).
 */
export const embeddingRequest = z.object({
  model: z.string().min(1),
  input: embeddingInput,
  encoding_format: z
    .enum(['float', 'base64'])
    .nullish()
    .transform((value) => value ?? 'float')
    .meta({ default: 'float', description: '`base64`: the values as little-endian 32-bit floats.' }),
  dimensions: optional(z.int().min(1)).meta({
    description:
      'Shorter vectors, where the model was trained for them: its size, or one that its configuration lists.',
  }),
  user: optional(z.string()),
  input_type: optional(z.enum(['query', 'passage'])).meta({
    description: 'What the text is for. Some models were trained with another prefix for each.',
  }),
  truncate: z
    .enum(['NONE', 'START', 'END'])
    .nullish()
    .transform((value) => value ?? 'NONE')
    .meta({ default: 'NONE', description: 'What is cut off a text that is too long; `NONE`: it is refused.' }),
  truncate_prompt_tokens: optional(z.int().min(-1)).meta({
    description: 'Tokens to keep of each input, from its start unless `truncate` is `START`; -1: as many as fit.',
  }),
  keep_alive: optional(keepAlive).meta({ description: keepAliveMeaning }),
});
export type EmbeddingRequest = z.infer<typeof embeddingRequest>;

/** The answer: a vector for each input, in their order, of length 1. */
export const embeddingList = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      object: z.literal('embedding'),
      index: z.int(),
      /** Numbers, or with `base64` their bytes. */
      embedding: z.union([z.array(z.number()), z.string()]),
    }),
  ),
  model: z.string(),
  usage: z.object({ prompt_tokens: z.int().nonnegative(), total_tokens: z.int().nonnegative() }),
});
