import { totalNeed, type EngineTuning, type MemoryNeed } from '../api/internal/engine-host.ts';
import { ManifoldError } from '../errors.ts';
import { freeMemory } from '../lib/free-memory.ts';
import { possibleAttention, type Attention } from './choose-attention.ts';
import { ofArchitecture, type GgufHeader } from './gguf-header.ts';
import { estimateMemory, insufficientMemory } from './memory-estimate.ts';

const defaultContextLimit = 8192;
/** Tokens that one sequence holds at least, however short memory is. */
const leastContext = 512;

/** How large the shared context of a model becomes, and what it then needs of the memory. */
export interface Sizes {
  /** Tokens one sequence may hold. */
  readonly contextLength: number;
  readonly slots: number;
  /** Tokens that all sequences hold together. */
  readonly cells: number;
  readonly sharesCells: boolean;
  readonly attention: Attention;
  readonly need: MemoryNeed;
}

export interface SizeTuning
  extends
    Pick<EngineTuning, 'context' | 'slots' | 'cells' | 'cellLayout' | 'kvType'>,
    Partial<Pick<EngineTuning, 'mayShrink' | 'flashAttention'>> {
  /** Whether there is no GPU that a layer could go to. */
  readonly onProcessor: boolean;
}

/** Sizes a model may have, from those that are wanted to the least. */
export type PossibleSizes = readonly [Sizes, ...Sizes[]];

export function leastOf(possible: PossibleSizes): Sizes {
  return possible.at(-1) ?? possible[0];
}

/**
 * Chooses the largest sizes that `available` bytes hold, of what each of them needs beside GPUs; throws where there are none.
 */
export function chooseSizes(
  header: GgufHeader,
  tuning: SizeTuning,
  available = freeMemory(),
  beside = (need: MemoryNeed): MemoryNeed => need,
): Sizes {
  const possible = possibleSizes(header, tuning);
  const fitting = possible.find(({ need }) => totalNeed(beside(need)) <= available);
  if (fitting) return fitting;
  throw insufficientMemory(beside(leastOf(possible).need), available);
}

/**
 * The sizes a model may have. First it attends in a way that takes less memory. Then there are fewer cells: fewer
 * than all slots could fill are enough for most loads, since an answer that finds none starts again later. A shorter
 * context and fewer slots come only where the configuration allows it.
 */
export function possibleSizes(header: GgufHeader, tuning: SizeTuning): PossibleSizes {
  const { slots, cellLayout, kvType, flashAttention = 'auto', mayShrink = false, onProcessor } = tuning;
  const context = chooseContext(header, tuning.context);
  const sizesOf = (contextLength: number, sequences: number, cells: number): PossibleSizes => {
    const sharesCells = choosesSharing(cellLayout, cells, contextLength * sequences);
    const shape = { contextLength, sequences, cells, sharesCells, kvType };
    const [first, ...others] = possibleAttention(header, { flashAttention, kvType }, { ...shape, onProcessor });
    const sizesWith = (attention: Attention): Sizes => {
      const need = estimateMemory(header, { ...shape, ...attention });
      return { contextLength, slots: sequences, cells, sharesCells, attention, need };
    };
    return [sizesWith(first), ...others.map(sizesWith)];
  };
  const wanted = tuning.cells === undefined ? context * slots : Math.max(tuning.cells, context);
  const sizes: [Sizes, ...Sizes[]] = [...sizesOf(context, slots, wanted)];
  const add = (...of: Parameters<typeof sizesOf>) => void sizes.push(...sizesOf(...of));
  const isFixed = tuning.cells !== undefined || cellLayout === 'own';
  if (!isFixed) for (const cells of halves(wanted, context)) add(context, slots, cells);
  if (!mayShrink) return sizes;
  const cellsOf = (length: number, count: number) => (cellLayout === 'own' ? length * count : length);
  let length = context;
  for (length of halves(context, Math.min(context, leastContext))) add(length, slots, cellsOf(length, slots));
  for (const count of halves(slots, 1)) add(length, count, cellsOf(length, count));
  return sizes;
}

/** Half of a size, and half of that, down to the least. */
function* halves(from: number, least: number): Generator<number> {
  for (let size = from; size > least;) {
    size = Math.max(least, Math.floor(size / 2));
    yield size;
  }
}

/** What is less than wanted, in words; null where nothing is. */
export function describeShrinking(wanted: Sizes, given: Sizes): string | null {
  const parts = [
    [given.contextLength, wanted.contextLength, 'tokens of context'],
    [given.slots, wanted.slots, 'slots'],
    [given.cells, wanted.cells, 'cells'],
  ] as const;
  const fewer = parts.filter(([has, asked]) => has < asked).map(([has, asked, what]) => `${has} of ${asked} ${what}`);
  return fewer.length === 0 ? null : `For want of memory it has ${fewer.join(', ')}.`;
}

/** Tokens one sequence may hold: as wanted, at most what the model was trained with. */
export function chooseContext(header: GgufHeader, wanted: number | undefined): number {
  const trained = Number(ofArchitecture(header, 'context_length') ?? 0);
  if (wanted === undefined) return Math.min(trained > 0 ? trained : 2048, defaultContextLimit);
  if (trained > 0 && wanted > trained) {
    throw new ManifoldError(
      'context_too_large',
      `The context of ${wanted} tokens is beyond the ${trained} the model was trained with; set --context to ${trained} or less.`,
    );
  }
  return wanted;
}

/** Whether slots share cells: when it is asked for, or when there are too few for each slot to have its own. */
export function choosesSharing(layout: 'auto' | 'shared' | 'own', cells: number, cellsOfAll: number): boolean {
  if (layout !== 'own' || cells >= cellsOfAll) return layout === 'shared' || cells < cellsOfAll;
  throw new ManifoldError(
    'insufficient_memory',
    `Slots can have cells of their own only if there are ${cellsOfAll}, and there are ${cells}; lower --context or --slots.`,
  );
}
