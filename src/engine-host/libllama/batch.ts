import koffi from 'koffi';
import type { Pointer } from './bindings.ts';
import type { ParamStruct } from './structs.ts';

/**
 * A reusable `llama_batch` of fixed capacity in native memory, one sequence per token. Allocated once:
 * buffers handed to an asynchronous call must outlive it.
 */
export class TokenBatch {
  readonly capacity: number;
  #count = 0;
  readonly #pointers: {
    token: Pointer;
    pos: Pointer;
    countOfSequences: Pointer;
    sequenceRefs: Pointer;
    logits: Pointer;
  };
  readonly #tokens: Int32Array;
  readonly #positions: Int32Array;
  readonly #sequences: Int32Array;
  readonly #outputs: Int8Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    const ids: Pointer = koffi.alloc('int32_t', capacity);
    this.#pointers = {
      token: koffi.alloc('int32_t', capacity),
      pos: koffi.alloc('int32_t', capacity),
      countOfSequences: koffi.alloc('int32_t', capacity),
      sequenceRefs: koffi.alloc('uint64_t', capacity),
      logits: koffi.alloc('int8_t', capacity),
    };
    const bytes = capacity * 4;
    this.#tokens = new Int32Array(koffi.view(this.#pointers.token, bytes));
    this.#positions = new Int32Array(koffi.view(this.#pointers.pos, bytes));
    this.#sequences = new Int32Array(koffi.view(ids, bytes));
    this.#outputs = new Int8Array(koffi.view(this.#pointers.logits, capacity));
    new Int32Array(koffi.view(this.#pointers.countOfSequences, bytes)).fill(1);
    const references = new BigUint64Array(koffi.view(this.#pointers.sequenceRefs, capacity * 8));
    for (let i = 0; i < capacity; i++) references[i] = ids + BigInt(i * 4);
  }

  get count(): number {
    return this.#count;
  }

  get room(): number {
    return this.capacity - this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Adds a token and returns its row. A batch over its capacity would end the process, so it throws first. */
  add(token: number, position: number, sequence: number, wantsLogits: boolean): number {
    if (this.#count >= this.capacity) throw new RangeError('The batch is full.');
    const row = this.#count++;
    this.#tokens[row] = token;
    this.#positions[row] = position;
    this.#sequences[row] = sequence;
    this.#outputs[row] = wantsLogits ? 1 : 0;
    return row;
  }

  /** The struct that `llama_decode` takes. */
  native(): ParamStruct {
    const { token, pos, countOfSequences, sequenceRefs, logits } = this.#pointers;
    return { n_tokens: this.#count, token, embd: null, pos, n_seq_id: countOfSequences, seq_id: sequenceRefs, logits };
  }
}
