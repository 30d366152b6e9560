import koffi from 'koffi';
import { ManifoldError } from '../../errors.ts';
import type { LibLlama } from './bindings.ts';
import type { ParamStruct } from './structs.ts';

/** Sizes of the by-value structs in bytes, from the header of llama.cpp v0.5.0 on 64-bit platforms. */
const sizes = { llama_model_params: 80, llama_context_params: 160, llama_batch: 56 };

const versionPrefix = '0.5.0';

/** What `llama_model_default_params` returns in v0.5.0. */
const modelDefaults: ParamStruct = {
  devices: null,
  tensor_buft_overrides: null,
  n_gpu_layers: -1,
  split_mode: 1,
  load_mode: -1,
  lazy_mode: 1,
  main_gpu: 0,
  tensor_split: null,
  progress_callback: null,
  progress_callback_user_data: null,
  kv_overrides: null,
  vocab_only: false,
  check_tensors: false,
  use_extra_bufts: true,
  no_host: false,
  no_alloc: false,
  load_mtp: false,
};

/** What `llama_context_default_params` returns in v0.5.0. */
const contextDefaults: ParamStruct = {
  n_ctx: 512,
  n_batch: 2048,
  n_ubatch: 512,
  n_seq_max: 1,
  n_rs_seq: 0,
  n_outputs_max: 0,
  n_outputs_max_per_seq: 1,
  n_threads: 4,
  n_threads_batch: 4,
  ctx_type: 0,
  rope_scaling_type: -1,
  pooling_type: -1,
  attention_type: -1,
  flash_attn_type: -1,
  rope_freq_base: 0,
  rope_freq_scale: 0,
  yarn_ext_factor: -1,
  yarn_attn_factor: -1,
  yarn_beta_fast: -1,
  yarn_beta_slow: -1,
  yarn_orig_ctx: 0,
  defrag_thold: -1,
  cb_eval: null,
  cb_eval_user_data: null,
  type_k: 1,
  type_v: 1,
  abort_callback: null,
  abort_callback_data: null,
  embeddings: false,
  offload_kqv: true,
  no_perf: true,
  op_offload: true,
  swa_full: true,
  kv_unified: false,
  samplers: null,
  n_samplers: 0,
  ctx_other: null,
};

/**
 * Proves that the library's structs are the ones we declared: version, sizes and every default value.
 * Throws `native_library_unusable` rather than run on a guess.
 */
export function verifyLayout(library: LibLlama): void {
  const version = library.version();
  if (!version.startsWith(versionPrefix)) {
    throw unusable(`is version ${version}; this release needs llama.cpp ${versionPrefix}`);
  }
  for (const [name, size] of Object.entries(sizes)) {
    if (koffi.sizeof(name) !== size)
      throw unusable(`needs ${name} of ${size} bytes, here it has ${koffi.sizeof(name)}`);
  }
  compare('llama_model_params', library.modelDefaultParams(), modelDefaults);
  compare('llama_context_params', library.contextDefaultParams(), contextDefaults);
}

function compare(name: string, actual: ParamStruct, expected: ParamStruct): void {
  for (const [field, value] of Object.entries(expected)) {
    if (Number(actual[field] ?? 0) !== Number(value ?? 0)) {
      throw unusable(`has an unknown ${name}.${field} (${String(actual[field])}, expected ${String(value)})`);
    }
  }
}

function unusable(what: string): ManifoldError {
  return new ManifoldError('native_library_unusable', `The libllama found ${what}.`);
}
