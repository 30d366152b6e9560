import type { EngineTuning, KeyValueType } from '../api/internal/engine-host.ts';
import { ManifoldError } from '../errors.ts';
import type { GgufHeader } from './gguf-header.ts';
import { availableMemory, estimateMemory, totalOf, type MemoryEstimate } from './memory-estimate.ts';

/** Tokens one batch may hold. */
export const batchTokens = 512;
const defaultContextLimit = 8192;
/** Of the memory that is available, what full slots may take before there are fewer cells than that. */
const shareOfMemory = 0.7;

/** How large the shared context of a model becomes, and what it then needs of the memory. */
export interface Sizes {
  /** Tokens one sequence may hold. */
  readonly contextLength: number;
  /** Tokens that all sequences hold together. */
  readonly cells: number;
  readonly sharesCells: boolean;
  readonly estimate: MemoryEstimate;
}

/** Chooses all sizes from the file and the configuration; throws where they cannot be had. */
export function chooseSizes(
  header: GgufHeader,
  tuning: Pick<EngineTuning, 'context' | 'slots' | 'cells' | 'cellLayout' | 'kvType'>,
): Sizes {
  const { slots, kvType } = tuning;
  const contextLength = chooseContext(header, tuning.context);
  const cells = chooseCells(header, { contextLength, slots, kvType, wanted: tuning.cells });
  return {
    contextLength,
    cells,
    sharesCells: choosesSharing(tuning.cellLayout, cells, contextLength * slots),
    estimate: estimateMemory(header, cells, batchTokens, kvType),
  };
}

/** Tokens one sequence may hold: as wanted, at most what the model was trained with. */
export function chooseContext(header: GgufHeader, wanted: number | undefined): number {
  const trained = Number(header.metadata.get(`${header.architecture}.context_length`) ?? 0);
  if (wanted === undefined) return Math.min(trained > 0 ? trained : 2048, defaultContextLimit);
  if (trained > 0 && wanted > trained) {
    throw new ManifoldError(
      'context_too_large',
      `The context of ${wanted} tokens is beyond the ${trained} the model was trained with; set --context to ${trained} or less.`,
    );
  }
  return wanted;
}

/**
 * Tokens that all slots hold together: enough for all to be full, unless that does not fit in memory. Fewer are
 * enough for most loads, since an answer that finds none starts again later.
 */
export function chooseCells(
  header: GgufHeader,
  sizes: {
    readonly contextLength: number;
    readonly slots: number;
    readonly kvType: KeyValueType;
    readonly wanted: number | undefined;
  },
  available = availableMemory(),
): number {
  const { contextLength, slots, kvType, wanted } = sizes;
  if (wanted !== undefined) return Math.max(wanted, contextLength);
  const fits = (cells: number) =>
    totalOf(estimateMemory(header, cells, batchTokens, kvType)) <= available * shareOfMemory;
  let cells = contextLength * slots;
  while (cells > contextLength && !fits(cells)) cells = Math.max(contextLength, Math.floor(cells / 2));
  return cells;
}

/** Whether slots share cells: when it is asked for, or when there are too few for each slot to have its own. */
export function choosesSharing(layout: 'auto' | 'shared' | 'own', cells: number, cellsOfAll: number): boolean {
  if (layout !== 'own' || cells >= cellsOfAll) return layout === 'shared' || cells < cellsOfAll;
  throw new ManifoldError(
    'insufficient_memory',
    `Slots can have cells of their own only if there are ${cellsOfAll}, and there are ${cells}; lower --context or --slots.`,
  );
}
