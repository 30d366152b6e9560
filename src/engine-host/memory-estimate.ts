import { totalNeed, type MemoryNeed } from '../api/internal/engine-host.ts';
import { ManifoldError } from '../errors.ts';
import { freeMemory } from '../lib/free-memory.ts';
import { lengthOf, numberOf, numbersOf, ofArchitecture, type GgufHeader } from './gguf-header.ts';
import { keepsCells, rememberedBytes, type ContextShape } from './remembered-bytes.ts';
import { repackedBytes } from './repacked-bytes.ts';

/** The process with its libraries, and what its heap grows by in use. Measured, as the next two. */
const runtimeBytes = 136e6;
/** The texts, numbers and merges of a token, in the library's tables and in ours. */
const bytesPerToken = 850;
/** What the library notes of each cell, for each cache. */
const bytesPerCell = 54;

/** Estimates the memory of a host with this model and a context of this shape. */
export function estimateMemory(header: GgufHeader, shape: ContextShape): MemoryNeed {
  return {
    weights: header.fileBytes + repackedBytes(header),
    keyValueCache: rememberedBytes(header, shape),
    compute: computeBytes(header, shape),
    runtime: runtimeBytes + vocabularyOf(header) * bytesPerToken,
  };
}

/** The values of one step, its mask, the logits of all sequences, and what is noted of the cells. */
function computeBytes(header: GgufHeader, shape: ContextShape): number {
  const { sequences, batchTokens, flashAttention } = shape;
  const [cells, lookedAt] = keepsCells(header) ? [shape.cells, shape.contextLength] : [0, 0];
  const read = (key: string) => numberOf(ofArchitecture(header, key));
  const width = read('embedding_length') ?? 4096;
  const heads = read('attention.head_count') ?? 0;
  const queries = heads * (read('attention.key_length_mla') ?? read('attention.key_length') ?? 0);
  // Side by side: what comes in, queries, keys, values, what goes out, and the two halves of the feed-forward layer.
  const valuesPerToken = 8 * Math.max(width, queries) + 2 * hiddenOf(header);
  // The mask in two forms; without flash attention also how much each head looks at what.
  const looks = lookedAt * batchTokens * (flashAttention === 'off' ? 6 + 4 * heads : 6);
  const logits = sequences * vocabularyOf(header) * 8;
  const caches = read('attention.sliding_window') === undefined ? 1 : 2;
  return batchTokens * valuesPerToken * 4 + looks + logits + cells * caches * bytesPerCell;
}

/** Values inside a feed-forward layer; of experts, those of all that a token passes. */
function hiddenOf(header: GgufHeader): number {
  const read = (key: string) => ofArchitecture(header, key);
  const dense = Math.max(...(numbersOf(read('feed_forward_length')) ?? [numberOf(read('feed_forward_length')) ?? 0]));
  const experts = (numberOf(read('expert_used_count')) ?? 0) * (numberOf(read('expert_feed_forward_length')) ?? dense);
  return Math.max(dense, experts, numberOf(read('ssm.inner_size')) ?? 0);
}

function vocabularyOf(header: GgufHeader): number {
  const tokens = lengthOf(header.metadata.get('tokenizer.ggml.tokens'));
  return tokens ?? numberOf(ofArchitecture(header, 'vocab_size')) ?? 32_000;
}

/** Refuses a load that would not fit, before anything is allocated: an absurd context fails slowly otherwise. */
export function requireMemory(need: MemoryNeed, available = freeMemory()): void {
  if (totalNeed(need) > available) throw insufficientMemory(need, available);
}

export function insufficientMemory(need: MemoryNeed, available: number): ManifoldError {
  return new ManifoldError(
    'insufficient_memory',
    `The model needs about ${gib(totalNeed(need))} (weights ${gib(need.weights)}, context ` +
      `${gib(need.keyValueCache)}) and ${gib(available)} are available; lower --context or --slots, or choose a smaller model.`,
    { param: 'model' },
  );
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(bytes < 2 ** 30 ? 2 : 1)} GiB`;
}
