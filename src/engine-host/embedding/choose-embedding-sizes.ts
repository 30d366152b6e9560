import { totalNeed, type HostOptions, type MemoryNeed } from '../../api/internal/engine-host.ts';
import { freeMemory } from '../../lib/free-memory.ts';
import { chooseContext } from '../choose-sizes.ts';
import { ofArchitecture, type GgufHeader } from '../gguf-header.ts';
import { estimateMemory } from '../memory-estimate.ts';

/** Texts are put into batches of so many tokens: more of them would only look past each other. */
export const packedTokens = 512;
/** Sequences of one batch. */
const sequences = 64;
/** A model that could write computes logits for every token it reads, whether wanted or not: long batches are dear. */
const defaultContextOfDecoders = 2048;
const leastDefault = 512;
/** Of the memory that is available, what a context that nobody asked for may need. */
const shareOfMemory = 0.7;

/** How large the context of an embedding model becomes, and what it then needs of the memory. */
export interface EmbeddingSizes {
  /** Tokens one text may have. */
  readonly contextLength: number;
  /** Tokens of one batch: a text is never divided, since its tokens look at each other in both directions. */
  readonly batchTokens: number;
  readonly sequences: number;
  readonly need: MemoryNeed;
}

/** Chooses the sizes from the file and the configuration; throws `context_too_large` for more than the file allows. */
export function chooseEmbeddingSizes(
  header: GgufHeader,
  options: Pick<HostOptions, 'context' | 'kvType' | 'flashAttention'>,
  available = freeMemory(),
): EmbeddingSizes {
  const at = (contextLength: number): EmbeddingSizes => {
    const batchTokens = Math.max(packedTokens, contextLength);
    return { contextLength, batchTokens, sequences, need: needOf(header, batchTokens, options) };
  };
  if (options.context !== undefined) return at(chooseContext(header, options.context));
  const longest = chooseContext(header, undefined);
  let sizes = at(isCausal(header) ? Math.min(longest, defaultContextOfDecoders) : longest);
  while (sizes.contextLength > leastDefault && totalNeed(sizes.need) > available * shareOfMemory) {
    sizes = at(Math.max(leastDefault, Math.floor(sizes.contextLength / 2)));
  }
  return sizes;
}

/** Whether a token sees only those before it, as in models that write; the others have no output matrix. */
function isCausal(header: GgufHeader): boolean {
  return ofArchitecture(header, 'attention.causal') !== false;
}

/** A model that could write computes logits for every token, and hands them out, in two buffers. */
function needOf(
  header: GgufHeader,
  batchTokens: number,
  { kvType, flashAttention }: Pick<HostOptions, 'kvType' | 'flashAttention'>,
): MemoryNeed {
  const sizes = { contextLength: batchTokens, cells: batchTokens, sequences: 1, sharesCells: true, batchTokens };
  const { keyValueCache, compute, ...rest } = estimateMemory(header, { ...sizes, kvType, flashAttention });
  const tokens = header.metadata.get('tokenizer.ggml.tokens');
  const logits = batchTokens * (typeof tokens === 'object' ? tokens.length : 0) * 4;
  return {
    ...rest,
    keyValueCache: isCausal(header) ? keyValueCache : 0,
    compute: compute + (isCausal(header) ? 2 * logits : 0),
  };
}
