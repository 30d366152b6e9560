import koffi from 'koffi';
import { listGraphicsDevices, type Device } from './devices.ts';
import { defineStructs, type ParamStruct } from './structs.ts';

/** An address in native memory. Never null where this type stands. */
export type Pointer = bigint;

/** The functions of libllama that the engine host calls, and no others: a narrow surface is replaceable. */
export interface LibLlama {
  version(): string;
  /** The GPUs that the loaded backends see. */
  graphicsDevices(): Device[];
  backendInit(): void;
  modelDefaultParams(): ParamStruct;
  contextDefaultParams(): ParamStruct;
  /** Resolves to null when the file cannot be loaded; the reason is on stderr. Runs off the event loop. */
  loadModel(path: string, params: ParamStruct): Promise<Pointer | null>;
  newContext(model: Pointer, params: ParamStruct): Promise<Pointer | null>;
  freeContext(context: Pointer): void;
  /** Threads for single tokens and for batches, from the next decode on. Never called during one. */
  setThreads(context: Pointer, forToken: number, forBatch: number): void;
  /** Loads an adapter beside a model; null when the file is none, or is for another model. */
  loadAdapter(model: Pointer, path: string): Promise<Pointer | null>;
  /** The adapters that count from the next decode on, in place of those before, with their scales. */
  setAdapters(context: Pointer, adapters: readonly Pointer[], count: number, scales: Float32Array): number;
  contextSize(context: Pointer): number;
  contextBatch(context: Pointer): number;
  contextMicroBatch(context: Pointer): number;
  contextSequences(context: Pointer): number;
  chatTemplate(model: Pointer, name: null): string | null;
  vocabulary(model: Pointer): Pointer;
  vocabularySize(vocabulary: Pointer): number;
  vocabularyAttributes(vocabulary: Pointer, token: number): number;
  vocabularyText(vocabulary: Pointer, token: number): string;
  isEndOfGeneration(vocabulary: Pointer, token: number): boolean;
  beginOfSequence(vocabulary: Pointer): number;
  endOfSequence(vocabulary: Pointer): number;
  addsBeginOfSequence(vocabulary: Pointer): boolean;
  tokenize(
    vocabulary: Pointer,
    text: Buffer,
    length: number,
    tokens: Int32Array,
    capacity: number,
    addSpecial: boolean,
    parseSpecial: boolean,
  ): number;
  /** The same, off the event loop. */
  tokenizeOffLoop(...parameters: Parameters<LibLlama['tokenize']>): Promise<number>;
  tokenToPiece(
    vocabulary: Pointer,
    token: number,
    buffer: Buffer,
    length: number,
    leftStrip: number,
    special: boolean,
  ): number;
  /** Writes the text of tokens, off the event loop. A negative result says how much room is needed. */
  detokenizeOffLoop(
    vocabulary: Pointer,
    tokens: Int32Array,
    count: number,
    text: Uint8Array,
    capacity: number,
    removeSpecial: boolean,
    unparseSpecial: boolean,
  ): Promise<number>;
  memory(context: Pointer): Pointer;
  /** Forgets the positions from `from` to `to` (−1: to the end) of one sequence; false when the memory kind cannot. */
  removeSequence(memory: Pointer, sequence: number, from: number, to: number): boolean;
  /** Lets one sequence share the cells of another from `from` to `to`; on a unified cache it copies nothing. */
  copySequence(memory: Pointer, source: number, target: number, from: number, to: number): void;
  /** The lowest and the highest position of a sequence; -1 when it has none. */
  lowestPosition(memory: Pointer, sequence: number): number;
  highestPosition(memory: Pointer, sequence: number): number;
  /** State that is not a cache of positions: it cannot be cut back, only dropped. */
  isRecurrent(model: Pointer): boolean;
  isHybrid(model: Pointer): boolean;
  /** Tokens that sliding-window layers look back; 0 without such layers. */
  slidingWindow(model: Pointer): number;
  /** Ends a running decode with code 2 as soon as the callback, given the data, answers true. */
  setAbortCallback(context: Pointer, callback: Pointer, data: Pointer): void;
  /** The C library's `strlen`: a native callback that says whether a string is empty. */
  readonly strlenAddress: Pointer;
  /** Runs one batch off the event loop. 0 = done; the other codes are in llama.h. */
  decode(context: Pointer, batch: ParamStruct): Promise<number>;
  /** The same for models that read a text as a whole; they need no memory, and a micro-batch as large as the batch. */
  encode(context: Pointer, batch: ParamStruct): Promise<number>;
  /** Waits, off the event loop, for what a device still computes for the last batch. */
  synchronize(context: Pointer): Promise<void>;
  /** Whether a model reads with an encoder of its own, before a decoder writes. */
  hasEncoder(model: Pointer): boolean;
  /** Values in the vector of a text. */
  embeddingSize(model: Pointer): number;
  /** The pooled vector of a sequence of the last batch; null when it had none. The next batch overwrites it. */
  embedding(context: Pointer, sequence: number): Pointer | null;
  clearMemory(memory: Pointer, erases: boolean): void;
  /** The logits of one row of the last batch. The address moves with every decode: ask each time. */
  logitsRow(context: Pointer, row: number): Pointer | null;
  newChain(params: { no_perf: boolean }): Pointer;
  chainAdd(chain: Pointer, sampler: Pointer): void;
  /** A sampler of a chain, which goes on owning it. */
  chainMember(chain: Pointer, at: number): Pointer;
  samplerAccept(sampler: Pointer, token: number): void;
  freeSampler(sampler: Pointer): void;
  greedy(): Pointer;
  dist(seed: number): Pointer;
  topK(k: number): Pointer;
  topP(p: number, minKeep: number): Pointer;
  minP(p: number, minKeep: number): Pointer;
  temperature(t: number): Pointer;
  penalties(vocabularySize: number, lastTokens: number, repeat: number, frequency: number, presence: number): Pointer;
  logitBias(vocabularySize: number, count: number, biases: readonly { token: number; bias: number }[]): Pointer;
  /** Changes the candidates of a `llama_token_data_array`. */
  applySampler(sampler: Pointer, candidates: Pointer): void;
  cloneSampler(sampler: Pointer): Pointer;
  /** Applies the chain to a row and accepts what it chose. */
  sample(chain: Pointer, context: Pointer, row: number): number;
}

type Native = ReturnType<ReturnType<typeof koffi.load>['func']>;

/** A native function as a promise, run on a thread of libuv's pool. */
function offLoop<T>(native: Native): (...args: unknown[]) => Promise<T> {
  return (...args) =>
    new Promise((resolve, reject) => {
      native.async(...args, (failure: Error | null, value: T) => (failure ? reject(failure) : resolve(value)));
    });
}

/** Opens libllama and its CPU variants. Throws when the library or a function is missing. */
export function openLibLlama(paths: { libllama: string; libggml: string; directory: string }): LibLlama {
  // Native code runs on koffi's own stacks; the defaults are too small for llama.cpp's recursion.
  koffi.config({ sync_stack_size: 16 << 20, async_stack_size: 16 << 20 });
  defineStructs();
  const ggml = koffi.load(paths.libggml);
  const llama = koffi.load(paths.libllama);
  ggml.func('void ggml_backend_load_all_from_path(const char *path)')(paths.directory);
  const bind = (prototype: string): Native => llama.func(prototype);
  const tokenize = bind(
    'int32_t llama_tokenize(void *vocabulary, const uint8_t *text, int32_t length, _Out_ int32_t *tokens, int32_t capacity, bool add_special, bool parse_special)',
  );
  return {
    graphicsDevices: () => listGraphicsDevices(ggml),
    version: bind('const char *llama_version()'),
    backendInit: bind('void llama_backend_init()'),
    modelDefaultParams: bind('llama_model_params llama_model_default_params()'),
    contextDefaultParams: bind('llama_context_params llama_context_default_params()'),
    loadModel: offLoop(bind('void *llama_model_load_from_file(const char *path, llama_model_params params)')),
    newContext: offLoop(bind('void *llama_init_from_model(void *model, llama_context_params params)')),
    freeContext: bind('void llama_free(void *context)'),
    setThreads: bind('void llama_set_n_threads(void *context, int32_t n_threads, int32_t n_threads_batch)'),
    loadAdapter: offLoop(bind('void *llama_adapter_lora_init(void *model, const char *path)')),
    setAdapters: bind(
      'int32_t llama_set_adapters_lora(void *context, void **adapters, size_t n_adapters, const float *scales)',
    ),
    contextSize: bind('uint32_t llama_n_ctx(void *context)'),
    contextBatch: bind('uint32_t llama_n_batch(void *context)'),
    contextMicroBatch: bind('uint32_t llama_n_ubatch(void *context)'),
    contextSequences: bind('uint32_t llama_n_seq_max(void *context)'),
    chatTemplate: bind('const char *llama_model_chat_template(void *model, const char *name)'),
    vocabulary: bind('void *llama_model_get_vocab(void *model)'),
    vocabularySize: bind('int32_t llama_vocab_n_tokens(void *vocabulary)'),
    vocabularyAttributes: bind('int32_t llama_vocab_get_attr(void *vocabulary, int32_t token)'),
    vocabularyText: bind('const char *llama_vocab_get_text(void *vocabulary, int32_t token)'),
    isEndOfGeneration: bind('bool llama_vocab_is_eog(void *vocabulary, int32_t token)'),
    beginOfSequence: bind('int32_t llama_vocab_bos(void *vocabulary)'),
    endOfSequence: bind('int32_t llama_vocab_eos(void *vocabulary)'),
    addsBeginOfSequence: bind('bool llama_vocab_get_add_bos(void *vocabulary)'),
    tokenize,
    tokenizeOffLoop: offLoop(tokenize),
    tokenToPiece: bind(
      'int32_t llama_token_to_piece(void *vocabulary, int32_t token, _Out_ uint8_t *buffer, int32_t length, int32_t lstrip, bool special)',
    ),
    detokenizeOffLoop: offLoop(
      bind(
        'int32_t llama_detokenize(void *vocabulary, const int32_t *tokens, int32_t count, _Out_ uint8_t *text, int32_t capacity, bool remove_special, bool unparse_special)',
      ),
    ),
    memory: bind('void *llama_get_memory(void *context)'),
    removeSequence: bind('bool llama_memory_seq_rm(void *memory, int32_t sequence, int32_t from, int32_t to)'),
    copySequence: bind(
      'void llama_memory_seq_cp(void *memory, int32_t source, int32_t target, int32_t from, int32_t to)',
    ),
    lowestPosition: bind('int32_t llama_memory_seq_pos_min(void *memory, int32_t sequence)'),
    highestPosition: bind('int32_t llama_memory_seq_pos_max(void *memory, int32_t sequence)'),
    isRecurrent: bind('bool llama_model_is_recurrent(void *model)'),
    isHybrid: bind('bool llama_model_is_hybrid(void *model)'),
    slidingWindow: bind('int32_t llama_model_n_swa(void *model)'),
    setAbortCallback: bind('void llama_set_abort_callback(void *context, void *callback, void *data)'),
    strlenAddress: koffi.address(llama.symbol('strlen', 'void *')),
    decode: offLoop(bind('int32_t llama_decode(void *context, llama_batch batch)')),
    encode: offLoop(bind('int32_t llama_encode(void *context, llama_batch batch)')),
    synchronize: offLoop(bind('void llama_synchronize(void *context)')),
    hasEncoder: bind('bool llama_model_has_encoder(void *model)'),
    embeddingSize: bind('int32_t llama_model_n_embd_out(void *model)'),
    embedding: bind('void *llama_get_embeddings_seq(void *context, int32_t sequence)'),
    clearMemory: bind('void llama_memory_clear(void *memory, bool data)'),
    logitsRow: bind('void *llama_get_logits_ith(void *context, int32_t row)'),
    newChain: bind('void *llama_sampler_chain_init(llama_sampler_chain_params params)'),
    chainAdd: bind('void llama_sampler_chain_add(void *chain, void *sampler)'),
    chainMember: bind('void *llama_sampler_chain_get(void *chain, int32_t at)'),
    samplerAccept: bind('void llama_sampler_accept(void *sampler, int32_t token)'),
    freeSampler: bind('void llama_sampler_free(void *sampler)'),
    greedy: bind('void *llama_sampler_init_greedy()'),
    dist: bind('void *llama_sampler_init_dist(uint32_t seed)'),
    topK: bind('void *llama_sampler_init_top_k(int32_t k)'),
    topP: bind('void *llama_sampler_init_top_p(float p, size_t min_keep)'),
    minP: bind('void *llama_sampler_init_min_p(float p, size_t min_keep)'),
    temperature: bind('void *llama_sampler_init_temp(float t)'),
    penalties: bind(
      'void *llama_sampler_init_penalties(int32_t n_vocab, int32_t last_n, float repeat, float frequency, float presence)',
    ),
    logitBias: bind(
      'void *llama_sampler_init_logit_bias(int32_t n_vocab, int32_t n_bias, const llama_logit_bias *biases)',
    ),
    applySampler: bind('void llama_sampler_apply(void *sampler, void *candidates)'),
    cloneSampler: bind('void *llama_sampler_clone(void *sampler)'),
    sample: bind('int32_t llama_sampler_sample(void *chain, void *context, int32_t row)'),
  };
}
