import type { EngineTuning, HostOptions } from '../api/internal/engine-host.ts';
import { numberOf, ofArchitecture, type GgufHeader } from './gguf-header.ts';
import type { ContextShape } from './remembered-bytes.ts';

/** How a context attends, and how many tokens one batch then holds. */
export interface Attention {
  readonly flashAttention: HostOptions['flashAttention'];
  /** Why, for the load report. */
  readonly reason: string;
  /** Whether it was chosen for this context, in place of what the configuration and the library say. */
  readonly isChosen: boolean;
  readonly batchTokens: number;
}

/** A context from which on answers are mostly written at depths where a processor is faster without flash attention. */
const longContext = 4096;
const batchTokens = 512;
/** Without flash attention every token of a batch takes memory for each cell and head; more at once is hardly faster. */
const batchTokensWithout = 256;

/** Why a context attends as the configuration says. */
export function reasonOf(flashAttention: HostOptions['flashAttention']): string {
  return flashAttention === 'auto' ? 'the library decides' : 'as configured';
}

/**
 * The ways a context may attend, the fastest first. On a processor the library's flash attention looks at one token and
 * head after the other: from about 400 tokens on answers are written faster without it, at 2,000 twice as fast, at the
 * price of memory (docs/decisions/0023). It stays where it knows what to skip, which is what other sequences and windows
 * hide, and where nobody measured: latent attention and other types of cells.
 */
export function possibleAttention(
  header: GgufHeader,
  { flashAttention, kvType }: Pick<EngineTuning, 'flashAttention' | 'kvType'>,
  shape: Pick<ContextShape, 'contextLength' | 'cells' | 'sharesCells'> & { readonly onProcessor: boolean },
): readonly [Attention, ...Attention[]] {
  // The library makes batches no larger than there are cells.
  const batch = Math.min(batchTokens, shape.cells);
  const asConfigured = { flashAttention, reason: reasonOf(flashAttention), isChosen: false, batchTokens: batch };
  const read = (key: string) => numberOf(ofArchitecture(header, key));
  const isPlain = read('attention.sliding_window') === undefined && read('attention.key_length_mla') === undefined;
  const isFasterWithout =
    flashAttention === 'auto' &&
    kvType === 'f16' &&
    isPlain &&
    shape.onProcessor &&
    !shape.sharesCells &&
    shape.contextLength >= longContext;
  if (!isFasterWithout) return [asConfigured];
  const reason = 'a processor writes long answers faster without it';
  return [
    { flashAttention: 'off', reason, isChosen: true, batchTokens: batchTokensWithout },
    { ...asConfigured, reason: 'memory is too short to do without it', isChosen: true },
  ];
}
