import koffi from 'koffi';
import type { LibLlama, Pointer } from './libllama/bindings.ts';

/** A list of tokens with logits in native memory, for samplers to work on. One serves a whole process. */
export interface Candidates {
  /** All tokens of a row. */
  fill(logits: Float32Array): void;
  /** Only these tokens of a row. */
  fillFrom(logits: Float32Array, tokens: Int32Array): void;
  /** Only some tokens of a row. */
  fillWith(tokens: readonly Candidate[]): void;
  /** Lets a sampler reorder, change or drop candidates. */
  apply(sampler: Pointer): void;
  /** The token that the last sampler has chosen. */
  chosen(): number;
  /** What is left, in the samplers' order. */
  read(): Candidate[];
  /** The logits of what is left, by token; others are −∞. For samplers that only change logits. */
  readRow(): Float32Array;
}

export interface Candidate {
  readonly token: number;
  readonly logit: number;
}

/** `llama_token_data` in llama.h: id, logit, probability, of four bytes each. */
const words = 3;
/** `llama_token_data_array`: data, size, selected, of eight bytes each, and sorted. */
const headerBytes = 32;

export function createCandidates(library: LibLlama, vocabularySize: number): Candidates {
  const data: Pointer = koffi.alloc('int32_t', vocabularySize * words);
  const memory = koffi.view(data, vocabularySize * words * 4);
  const [ids, logitsOf] = [new Int32Array(memory), new Float32Array(memory)];
  const header: Pointer = koffi.alloc('uint8_t', headerBytes);
  const fields = new DataView(koffi.view(header, headerBytes));
  const begin = (count: number) => {
    fields.setBigUint64(0, koffi.address(data), true);
    fields.setBigUint64(8, BigInt(count), true);
    fields.setBigInt64(16, -1n, true);
    fields.setBigInt64(24, 0n, true);
  };
  /** Samplers may put the list elsewhere. */
  const left = () => {
    const [address, count] = [fields.getBigUint64(0, true), Number(fields.getBigUint64(8, true))];
    if (address === koffi.address(data)) return { count, ids, logits: logitsOf };
    const view = koffi.view(address, count * words * 4);
    return { count, ids: new Int32Array(view), logits: new Float32Array(view) };
  };
  const put = (at: number, token: number, logit = -Infinity) => {
    ids[at * words] = token;
    logitsOf[at * words + 1] = logit;
  };
  return {
    fill(logits) {
      for (let token = 0; token < vocabularySize; token++) put(token, token, logits[token]);
      begin(vocabularySize);
    },
    fillFrom(logits, tokens) {
      let at = 0;
      for (const token of tokens) put(at++, token, logits[token]);
      begin(tokens.length);
    },
    fillWith(tokens) {
      for (const [at, { token, logit }] of tokens.entries()) put(at, token, logit);
      begin(tokens.length);
    },
    apply: (sampler) => library.applySampler(sampler, header),
    chosen() {
      const at = Number(fields.getBigInt64(16, true));
      return left().ids[at * words] ?? 0;
    },
    read() {
      const { count, ids: tokens, logits } = left();
      return Array.from({ length: count }, (_, at) => ({
        token: tokens[at * words] ?? 0,
        logit: logits[at * words + 1] ?? -Infinity,
      }));
    },
    readRow() {
      const { count, ids: tokens, logits } = left();
      const row = new Float32Array(vocabularySize).fill(-Infinity);
      for (let at = 0; at < count; at++) row[tokens[at * words] ?? 0] = logits[at * words + 1] ?? -Infinity;
      return row;
    },
  };
}
