import koffi from 'koffi';
import type { DecodeContext } from '../../src/engine-host/decode-context.ts';

/** Tokens that continue a sequence. */
export interface Continuation {
  readonly sequence: number;
  readonly tokens: readonly number[];
}

/** The sequences of a context, one call at a time: what the lanes do, laid bare. */
export interface Sequences {
  /** Continues sequences together in one batch; the logits after the last token of each. */
  decode(continuations: readonly Continuation[]): Promise<Float32Array[]>;
  /** Continues one sequence. */
  continue(sequence: number, tokens: readonly number[]): Promise<Float32Array>;
  /** Starts to continue sequences and breaks it off; how the decode ended. */
  breakOff(continuations: readonly Continuation[]): Promise<string>;
  /** Forgets what a sequence has beyond `length` tokens; false when the memory refused. */
  cut(sequence: number, length: number): boolean;
  /** Makes an empty sequence a copy of another, or of its first `length` tokens where its memory permits that. */
  copy(source: number, target: number, length?: number): void;
  /** The lowest and the highest position that a sequence still has. */
  positions(sequence: number): [lowest: number, highest: number];
  /** Forgets every sequence. */
  clear(): void;
}

export function sequencesOf(context: DecodeContext): Sequences {
  const { library, memory, vocabulary, batch } = context;
  const fill = (continuations: readonly Continuation[]) => {
    batch.clear();
    return continuations.map(({ sequence, tokens }) => {
      const from = library.highestPosition(memory, sequence) + 1;
      return tokens.map((token, at) => batch.add(token, from + at, sequence, at === tokens.length - 1)).at(-1) ?? -1;
    });
  };
  const logitsOf = (row: number) => {
    const address = library.logitsRow(context.context, row);
    if (address === null) throw new Error(`row ${row} has no logits`);
    // A copy: the next decode overwrites the native row.
    return new Float32Array(koffi.view(address, vocabulary.size * 4)).slice();
  };
  const decode: Sequences['decode'] = async (continuations) => {
    const rows = fill(continuations);
    const outcome = await context.decode();
    if (outcome !== 'done') throw new Error(`the decode ended as ${outcome}`);
    return rows.map(logitsOf);
  };
  return {
    decode,
    continue: async (sequence, tokens) => (await decode([{ sequence, tokens }]))[0] ?? new Float32Array(),
    breakOff(continuations) {
      fill(continuations);
      const ending = context.decode();
      context.abort();
      return ending;
    },
    cut: (sequence, length) => library.removeSequence(memory, sequence, length, -1),
    copy(source, target, length) {
      if (context.sharesCells) return library.copySequence(memory, source, target, 0, length ?? -1);
      // Copying a part of cells that are not shared ends the process.
      library.copySequence(memory, source, target, -1, -1);
      if (length !== undefined) library.removeSequence(memory, target, length, -1);
    },
    positions: (sequence) => [library.lowestPosition(memory, sequence), library.highestPosition(memory, sequence)],
    clear: () => {
      for (let sequence = 0; sequence < context.sequences; sequence++) library.removeSequence(memory, sequence, -1, -1);
    },
  };
}

/** The largest difference between two rows of logits, as a share of the largest logit. */
export function difference(actual: Float32Array, expected: Float32Array): number {
  let [apart, largest] = [0, 0];
  for (const [token, value] of expected.entries()) {
    apart = Math.max(apart, Math.abs((actual[token] ?? Number.NaN) - value));
    largest = Math.max(largest, Math.abs(value));
  }
  return apart / largest;
}
