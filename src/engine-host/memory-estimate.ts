import { totalNeed, type MemoryNeed } from '../api/internal/engine-host.ts';
import { ManifoldError } from '../errors.ts';
import { freeMemory } from '../lib/free-memory.ts';
import { lengthOf, numberOf, type GgufHeader } from './gguf-header.ts';
import { rememberedBytes, type ContextShape } from './remembered-bytes.ts';
import { repackedBytes } from './repacked-bytes.ts';

/** The process with its libraries, before it has a model. */
const runtimeBytes = 105e6;

/** Estimates the memory of a host with this model and a context of this shape. */
export function estimateMemory(header: GgufHeader, shape: ContextShape): MemoryNeed {
  return {
    weights: header.fileBytes + repackedBytes(header),
    keyValueCache: rememberedBytes(header, shape),
    compute: computeBytes(header, shape.batchTokens),
    runtime: runtimeBytes,
  };
}

/** The values of one step, which live side by side in one buffer: the widest are the logits. */
function computeBytes({ metadata, architecture }: GgufHeader, batchTokens: number): number {
  const width = numberOf(metadata.get(`${architecture}.embedding_length`)) ?? 4096;
  const vocabulary =
    lengthOf(metadata.get('tokenizer.ggml.tokens')) ?? numberOf(metadata.get(`${architecture}.vocab_size`)) ?? 32_000;
  return batchTokens * (vocabulary + 16 * width) * 4 + (64 << 20);
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
