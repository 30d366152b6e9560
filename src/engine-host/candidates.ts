import koffi from 'koffi';
import type { LibLlama, Pointer } from './libllama/bindings.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The candidates that samplers look at, in native memory, which is kept as long as the vocabulary: one set serves all its grammars. */
export interface Candidates {
  /** Whether a sampler leaves a single token; one that adds no text it never does, unless that ends the text. */
  isLeft(sampler: Pointer, token: number): boolean;
  /** Gives −∞ to the tokens of a row that a sampler does not leave. */
  filter(sampler: Pointer, logits: Float32Array): void;
  /** The token that is one byte and nothing else, if the vocabulary has it. */
  byteToken(byte: number): number | undefined;
  /** The bytes of a token as a grammar sees them: those of control tokens are their names. */
  bytes(token: number): Uint8Array;
}

/** `llama_token_data` in llama.h: id, logit, probability, of four bytes each. */
const words = 3;
/** `llama_token_data_array`: data, size, selected, of eight bytes each, and sorted. */
const headerBytes = 32;

export function createCandidates(library: LibLlama, vocabulary: Vocabulary): Candidates {
  const { size } = vocabulary;
  const data: Pointer = koffi.alloc('int32_t', size * words);
  const memory = koffi.view(data, size * words * 4);
  const [ids, logitsOf] = [new Int32Array(memory), new Float32Array(memory)];
  const header: Pointer = koffi.alloc('uint8_t', headerBytes);
  const fields = new DataView(koffi.view(header, headerBytes));
  const apply = (sampler: Pointer, count: number) => {
    // Samplers may change any of these, the address included.
    fields.setBigUint64(0, koffi.address(data), true);
    fields.setBigUint64(8, BigInt(count), true);
    fields.setBigInt64(16, -1n, true);
    fields.setBigInt64(24, 0n, true);
    library.applySampler(sampler, header);
  };
  const ends = new Set(vocabulary.endOfGeneration);
  // The grammar would take such a token's name for text, which the client never sees.
  const hidden = new Set(
    vocabulary.controlTokens.filter((token) => !ends.has(token) && vocabulary.piece(token).length === 0),
  );
  let buffer = Buffer.alloc(256);
  const bytes = (token: number) => {
    let length = library.tokenToPiece(vocabulary.pointer, token, buffer, buffer.length, 0, true);
    if (length < 0) {
      buffer = Buffer.alloc(-length);
      length = library.tokenToPiece(vocabulary.pointer, token, buffer, buffer.length, 0, true);
    }
    return Uint8Array.from(buffer.subarray(0, Math.max(0, length)));
  };
  let byteTokens: Map<number, number> | undefined;
  return {
    isLeft(sampler, token) {
      if (token < 0 || token >= size || hidden.has(token)) return false;
      ids[0] = token;
      logitsOf[1] = 0;
      apply(sampler, 1);
      return logitsOf[1] === 0;
    },
    filter(sampler, logits) {
      for (let token = 0; token < size; token++) {
        ids[token * words] = token;
        logitsOf[token * words + 1] = 0;
      }
      apply(sampler, size);
      for (let at = 0; at < size; at++) {
        if (logitsOf[at * words + 1] !== 0) logits[ids[at * words] ?? 0] = -Infinity;
      }
      for (const token of hidden) logits[token] = -Infinity;
    },
    byteToken(byte) {
      // Only what waits for a trigger asks, so that the search is worth its milliseconds.
      byteTokens ??= new Map(
        Array.from({ length: size }, (_, token) => token).flatMap((token) => {
          const piece = bytes(token);
          return piece.length === 1 ? [[piece[0] ?? 0, token] as const] : [];
        }),
      );
      return byteTokens.get(byte);
    },
    bytes,
  };
}
