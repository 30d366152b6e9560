import { z } from 'zod';

const sha256 = z.string().regex(/^[\da-f]{64}$/);
const repository = z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'A repository is `organisation/name`');
const id = z.string().regex(/^[\w.-]+(\/[\w.-]+)*$/, 'An id has letters, digits, `.`, `_`, `-` and `/`');

/** Weights as a hub has them: one quantisation of a repository, or a repository of which whoever gets it chooses. */
export const ggufSource = z.strictObject({
  /** Hub repository: `org/name`. */
  repository,
  /** Branch, tag or commit. Default: main. */
  revision: z.string().min(1).optional(),
  /** `Q4_K_M`, `Q8_0`, … as the file's name has it. */
  quantization: z.string().min(1).optional(),
  /** In order; several when the file is split. Absent: only the repository's own list tells. */
  files: z
    .array(z.strictObject({ path: z.string().min(1), sha256: sha256.optional(), bytes: z.int().positive().optional() }))
    .min(1)
    .optional(),
});
export type GgufSource = z.infer<typeof ggufSource>;

/** Where a fact is from: a page, or `id`, which is the model's own name (`llama-3.1-8b` has 8 billion parameters). */
const factSource = z.union([z.url(), z.literal('id')]);

/** What sources are named for; `general` is for all that has none of its own. */
const facts = z.enum(['general', 'parameters', 'contextLength', 'license', 'weights', 'gguf', 'hosted']);

/** What is known of a model. What is unknown is absent, never guessed. One card a file in `models/`. */
export const modelCard = z.strictObject({
  /** The model string, as NVIDIA names it: `meta/llama-3.3-70b-instruct`. */
  id,
  /** Other model strings for the same, beside `weights`: older hub names, names that other servers give it. */
  aliases: z.array(z.string().min(1).max(128)).optional(),
  publisher: z.string().min(1),
  /** `llama`, `qwen`, `granite`, …; `family:llama` in a key's rules means these. */
  family: z.string().min(1),
  /** As `general.architecture` of a GGUF has it: `llama`, `qwen3moe`. */
  architecture: z.string().min(1).optional(),
  /** How its chat template has it write reasoning and calls, by the name in `src/formats`: `hermes`, `llama-3`. */
  answerFormat: z.string().min(1).optional(),
  /** Whole numbers, not billions. */
  parameters: z
    .strictObject({ total: z.int().positive().optional(), active: z.int().positive().optional() })
    .refine(({ total, active }) => total !== undefined || active !== undefined, 'Give `total`, `active` or both')
    .optional(),
  /** Tokens that prompt and answer may have together. */
  contextLength: z.int().positive().optional(),
  modalities: z
    .array(z.enum(['text', 'image', 'audio', 'video']))
    .min(1)
    .optional(),
  tools: z.boolean().optional(),
  structuredOutput: z.boolean().optional(),
  /** False: it does not reason before it answers. */
  reasoning: z
    .union([
      z.literal(false),
      z.strictObject({
        /** How it is switched: a variable of the template, a sentence in the system message. */
        switch: z.string().min(1).optional(),
      }),
    ])
    .optional(),
  license: z.string().min(1).optional(),
  /** The hub repository of the official weights. */
  weights: repository.optional(),
  gguf: z.array(ggufSource).min(1).optional(),
  /** What was seen of it at NVIDIA's hosted API. */
  hosted: z
    .strictObject({
      listed: z.boolean(),
      /** The day of which `listed` is true or not. */
      seen: z.iso.date(),
      added: z.iso.date().optional(),
      removed: z.iso.date().optional(),
      /** Tokens, where the hosted model has another context than the model itself. */
      contextLength: z.int().positive().optional(),
      /** The status that one request got, on that day and with one account. */
      probed: z.strictObject({ on: z.iso.date(), answer: z.union([z.int(), z.literal('timeout')]) }).optional(),
    })
    .optional(),
  /** Its publisher, or NVIDIA's hosted API, took it out of service. */
  retired: z
    .strictObject({
      /** The day since which, or from which, it is gone. */
      on: z.iso.date().optional(),
      /** The id of the next release of the same line. */
      successor: id.optional(),
      reason: z.string().min(1).optional(),
    })
    .optional(),
  note: z.string().min(1).optional(),
  /** Where the facts are from. */
  sources: z
    .partialRecord(facts, z.array(factSource).min(1))
    .refine((sources) => Object.keys(sources).length > 0, 'Name where at least one fact is from'),
});
export type ModelCard = z.infer<typeof modelCard>;
