import { z } from 'zod';
import { embeddingFacts, poolingType } from '../embedding-facts.ts';

/** How keys and values are stored; the quantized kinds need flash attention. */
export const keyValueType = z.enum(['f32', 'f16', 'bf16', 'q8_0', 'q5_1', 'q5_0', 'q4_1', 'q4_0']);
export type KeyValueType = z.infer<typeof keyValueType>;

const flashAttention = z.enum(['auto', 'on', 'off']);

/** What a model file does not say of a model that makes embeddings. */
export const embeddingTuning = z.strictObject({
  /** Default: as the file says. Given for a file that says nothing, it makes an embedding model of it. */
  pooling: poolingType.optional(),
  /** Sizes that vectors may be cut to: those the model was trained for (Matryoshka). Default: none but its own. */
  dimensions: z.array(z.int().min(1)).optional(),
  /** What the model was trained to see before a text, by `input_type`. Default: nothing. */
  prefixes: z.strictObject({ query: z.string().optional(), passage: z.string().optional() }).optional(),
});
export type EmbeddingTuning = z.infer<typeof embeddingTuning>;

/** A LoRA adapter of a model: what was learned beside its weights, served as a model of its own. */
export const adapterOptions = z.strictObject({
  /** Clients ask for `<model>:<name>`. */
  name: z.string().regex(/^[\w.-]{1,64}$/, 'must be letters, digits, `_`, `.` and `-`, 64 at most'),
  /** Path of a GGUF file that holds an adapter. */
  path: z.string().min(1),
  /** How much of it is added to the weights; 1: as it was trained, 0: nothing. */
  scale: z.number().min(-16).max(16).default(1),
});
export type AdapterOptions = z.infer<typeof adapterOptions>;

/** How a local model is run; configuration and engine host have these in common. */
export const engineTuning = {
  /** Tokens per slot, prompt and answer together. Default: what the model was trained with, at most 8192. */
  context: z.int().min(64).optional(),
  /** Sequences decoded together. */
  slots: z.int().min(1).max(256).default(4),
  /** Tokens that all slots hold together. Default: all slots full, or what fits in memory. */
  cells: z.int().min(64).optional(),
  /**
   * Whether slots share one pool of cells or have their own. Shared cells make common beginnings free and memory
   * go further; own cells make long contexts side by side faster. `auto`: own ones, if there are enough.
   */
  cellLayout: z.enum(['auto', 'shared', 'own']).default('auto'),
  /** CPU threads. Default: cores − 1, shared between the models. */
  threads: z.int().min(1).max(512).optional(),
  /** Layers on GPUs; `auto`: as many as fit. */
  gpuLayers: z.union([z.int().min(0), z.literal('auto', 'It is a whole number of layers, or `auto`')]).default('auto'),
  /** GPUs to use, by ggml's names ("CUDA0"). Default: all. */
  devices: z.array(z.string()).min(1).optional(),
  /** Shares of the model per device, in their order. Default: by free memory. */
  tensorSplit: z.array(z.number().min(0)).min(1).max(16).optional(),
  kvType: keyValueType.default('f16'),
  flashAttention: flashAttention.default('auto'),
  /** For models that turn texts into vectors. */
  embedding: embeddingTuning.optional(),
  /** Whether context and slots may be fewer than asked for where memory is short. */
  mayShrink: z.boolean().default(false),
  /** Adapters that are served beside the model itself. */
  adapters: z.array(adapterOptions).max(32).default([]),
};
const tuning = z.object(engineTuning);
export type EngineTuning = z.infer<typeof tuning>;

/** What the supervisor hands an engine host at start, as one JSON argument. */
export const hostOptions = z.strictObject({
  ...engineTuning,
  modelPath: z.string(),
  modelId: z.string(),
  /** Where to listen: a path inside a private directory. */
  socketPath: z.string(),
  threads: z.int(),
  libDir: z.string().optional(),
  /** Requests that may wait for a slot before new ones are refused. */
  maxWaiting: z.int(),
});
export type HostOptions = z.infer<typeof hostOptions>;

/** Names the adapter a request is for; absent: the model itself. */
export const adapterHeader = 'x-manifold-adapter';

/** Requests with the same value may share what the engine computed for a common beginning. */
export const cacheSaltHeader = 'x-manifold-cache-salt';

/** How many tokens the prompt of a request has: on a host's answer to one that it accepted. */
export const promptTokensHeader = 'x-manifold-prompt-tokens';

/** Names what of a request was done in another way than asked, or less strictly. On a host's answers and the server's. */
export const emulatedHeader = 'x-manifold-emulated';

/** Raised with every incompatible change between supervisor and host; both sides must agree. */
export const hostProtocol = 3;

/** Bytes of memory that a host takes, by purpose. */
export const memoryNeed = z.object({
  /** The model's file and its adapters, with what is copied of them into another layout. */
  weights: z.number(),
  /** Keys, values and states of all slots. */
  keyValueCache: z.number(),
  /** Buffers of a step. */
  compute: z.number(),
  /** The process itself. */
  runtime: z.number(),
});
export type MemoryNeed = z.infer<typeof memoryNeed>;

export function totalNeed({ weights, keyValueCache, compute, runtime }: MemoryNeed): number {
  return weights + keyValueCache + compute + runtime;
}

/** What a host would take, said before it takes anything. It then waits for `load`. */
export const loadPlan = z.object({
  /** As configured. */
  wanted: memoryNeed,
  /** With as little as the configuration allows. */
  least: memoryNeed,
  /** Of the weights, what is the file itself: the kernel counts its pages as free, though they are needed. */
  mapped: z.number(),
  /** Bytes wanted on GPUs, and free there now; null without. */
  graphics: z.object({ wanted: z.number(), free: z.number() }).nullable(),
});
export type LoadPlan = z.infer<typeof loadPlan>;

/** What a supervisor tells its host, one JSON line each on its standard input. */
export const hostCommand = z.discriminatedUnion('command', [
  /** Load, and take at most so many bytes; null: as many as the host finds free. */
  z.object({ command: z.literal('load'), bytes: z.number().nullable() }),
  /** Compute with so many threads from the next step on. */
  z.object({ command: z.literal('threads'), threads: z.int().min(1) }),
]);
export type HostCommand = z.infer<typeof hostCommand>;

/** What a host says about itself, one JSON line each on its standard output. */
export const hostEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('plan'), ...loadPlan.shape }),
  z.object({ event: z.literal('progress'), fraction: z.number() }),
  z.object({
    event: z.literal('ready'),
    protocol: z.int(),
    contextLength: z.int(),
    slots: z.int(),
    cells: z.int(),
    cellLayout: z.enum(['shared', 'own']),
    /** What it takes of the memory, as far as that can be told beforehand. */
    need: memoryNeed,
    /** What is less than configured for want of memory, in words. */
    shrunk: z.string().nullable(),
    /** Where the layers went, and why there. */
    offload: z.object({ layers: z.int(), of: z.int(), devices: z.array(z.string()), reason: z.string() }),
    /** Whether flash attention is used (auto: where the library can), and why. */
    flashAttention: z.object({ use: flashAttention, reason: z.string() }),
    threads: z.int(),
    kvType: keyValueType,
    /** What a step of so many tokens took at load. */
    stepMilliseconds: z.array(z.object({ tokens: z.int(), milliseconds: z.number() })),
    /** Of a model that makes embeddings and answers nothing else. */
    embedding: embeddingFacts.optional(),
    architecture: z.string(),
    name: z.string().nullable(),
    loadMilliseconds: z.number(),
  }),
  /** Once a second: the event loop lives; `stalledMs` since the running decode began, and what memory is in use. */
  z.object({ event: z.literal('beat'), stalledMs: z.number(), residentBytes: z.number() }),
  z.object({ event: z.literal('failed'), code: z.string(), message: z.string() }),
]);
export type HostEvent = z.infer<typeof hostEvent>;
