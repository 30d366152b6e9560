import type { HostOptions, KeyValueType } from '../api/internal/engine-host.ts';
import { ManifoldError } from '../errors.ts';
import type { LibLlama, Pointer } from './libllama/bindings.ts';
import type { ParamStruct } from './libllama/structs.ts';

/** `enum ggml_type`. */
const ggmlTypes: Record<KeyValueType, number> = {
  f32: 0,
  f16: 1,
  q4_0: 2,
  q4_1: 3,
  q5_0: 6,
  q5_1: 7,
  q8_0: 8,
  bf16: 30,
};
/** `enum llama_flash_attn_type`. */
const flashAttentionTypes = { auto: -1, off: 0, on: 1 };

export interface ContextSizes {
  readonly sequences: number;
  readonly cells: number;
  /** One pool of cells for all sequences; otherwise each has an equal part of its own. */
  readonly sharesCells: boolean;
  readonly batchTokens: number;
}

/** Creates a native context, with `further` parameters if need be, and makes sure that it is as large as asked for. */
export async function createNativeContext(
  library: LibLlama,
  model: Pointer,
  { sequences, cells, sharesCells, batchTokens }: ContextSizes,
  { threads, kvType, flashAttention }: Pick<HostOptions, 'kvType' | 'flashAttention'> & { readonly threads: number },
  further: ParamStruct = {},
): Promise<Pointer> {
  const context = await library.newContext(model, {
    ...library.contextDefaultParams(),
    n_ctx: cells,
    n_batch: batchTokens,
    n_ubatch: batchTokens,
    n_seq_max: sequences,
    n_outputs_max: 0,
    n_threads: threads,
    n_threads_batch: threads,
    type_k: ggmlTypes[kvType],
    type_v: ggmlTypes[kvType],
    flash_attn_type: flashAttentionTypes[flashAttention],
    kv_unified: sharesCells,
    ...further,
  });
  if (context === null) {
    throw new ManifoldError(
      'insufficient_memory',
      kvType === 'f16'
        ? 'The context could not be created; lower --context or --slots.'
        : `The context could not be created; lower --context or --slots, or choose another kvType than ${kvType}.`,
    );
  }
  // The library may round sizes; rows and cells we count on must exist, since overrunning them ends the process.
  const fits =
    library.contextSize(context) >= cells &&
    library.contextBatch(context) >= batchTokens &&
    library.contextMicroBatch(context) >= batchTokens &&
    library.contextSequences(context) >= sequences;
  if (!fits) throw new ManifoldError('native_library_unusable', 'The context created is smaller than asked for.');
  return context;
}
