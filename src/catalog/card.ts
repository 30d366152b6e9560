import { z } from 'zod';

const sha256 = z.string().regex(/^[\da-f]{64}$/);

/** One file of weights, or the parts of one that was split, as a hub has them. */
export const ggufSource = z.strictObject({
  /** Hub repository: `org/name`. */
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  /** Branch, tag or commit. Default: main. */
  revision: z.string().min(1).optional(),
  /** `Q4_K_M`, `Q8_0`, … as the file's name has it. */
  quantization: z.string().min(1),
  /** In order; several when the file is split. */
  files: z
    .array(z.strictObject({ path: z.string().min(1), sha256: sha256.optional(), bytes: z.int().positive().optional() }))
    .min(1),
});
export type GgufSource = z.infer<typeof ggufSource>;

/** What is known of a model. What is unknown is absent, never guessed. One card a file in `models/`. */
export const modelCard = z.strictObject({
  /** The model string, as NVIDIA names it: `meta/llama-3.3-70b-instruct`. */
  id: z.string().regex(/^[\w.-]+(\/[\w.-]+)*$/),
  /** Other model strings for the same: hub names, short names. */
  aliases: z.array(z.string().min(1)).optional(),
  publisher: z.string().min(1),
  family: z.string().min(1),
  /** As `general.architecture` of a GGUF has it: `llama`, `qwen3moe`. */
  architecture: z.string().min(1).optional(),
  /** Whole numbers, not billions. */
  parameters: z.strictObject({ total: z.int().positive(), active: z.int().positive().optional() }).optional(),
  /** Tokens that prompt and answer may have together. */
  contextLength: z.int().positive().optional(),
  modalities: z.array(z.enum(['text', 'image', 'audio', 'video'])).min(1),
  tools: z.boolean().optional(),
  structuredOutput: z.boolean().optional(),
  reasoning: z
    .strictObject({
      /** How it is switched: a variable of the template, a sentence in the system message, or always on. */
      switch: z.string().min(1).optional(),
    })
    .optional(),
  license: z.string().min(1).optional(),
  /** The hub repository of the official weights. */
  weights: z.string().min(1).optional(),
  gguf: z.array(ggufSource).optional(),
  /** Whether NVIDIA's hosted API lists it, and when that was last seen. */
  hosted: z.strictObject({ listed: z.boolean(), seen: z.iso.date() }).optional(),
  retired: z
    .strictObject({
      on: z.iso.date().optional(),
      successor: z.string().min(1).optional(),
      reason: z.string().min(1).optional(),
    })
    .optional(),
  /** Where the facts are from. */
  sources: z.array(z.url()).min(1),
});
export type ModelCard = z.infer<typeof modelCard>;
