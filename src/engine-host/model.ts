import { compileChatTemplate, fallbackTemplate, type ChatTemplate } from '../formats/chat-template.ts';
import { ManifoldError } from '../errors.ts';
import { readGgufHeader, type GgufHeader } from './gguf-header.ts';
import { openLibLlama, type LibLlama, type Pointer } from './libllama/bindings.ts';
import { findLibrary } from './libllama/find-library.ts';
import { watchLoading } from './libllama/load-progress.ts';
import { verifyLayout } from './libllama/verify-layout.ts';
import { estimateMemory, requireMemory } from './memory-estimate.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';

/** A loaded model with its context, ready to decode. */
export interface LoadedModel {
  readonly library: LibLlama;
  readonly context: Pointer;
  readonly memory: Pointer;
  readonly vocabulary: Vocabulary;
  readonly template: ChatTemplate;
  /** Tokens per slot, prompt and answer together. */
  readonly contextLength: number;
  readonly slots: number;
  /** Tokens one batch may hold. */
  readonly batchTokens: number;
  readonly architecture: string;
  readonly name: string | null;
}

interface LoadOptions {
  readonly modelPath: string;
  readonly context?: number | undefined;
  readonly slots: number;
  readonly threads: number;
  readonly libDir?: string | undefined;
}

const batchTokens = 512;
const defaultContextLimit = 8192;

/** Checks the file and the memory, then loads. Every failure is a ManifoldError that says what to do. */
export async function loadModel(options: LoadOptions, onProgress: (fraction: number) => void): Promise<LoadedModel> {
  const header = readGgufHeader(options.modelPath);
  const contextLength = chooseContext(header, options.context);
  const cells = contextLength * options.slots;
  requireMemory(estimateMemory(header, cells, batchTokens));

  const library = openLibLlama(findLibrary(options.libDir));
  verifyLayout(library);
  library.backendInit();
  const progress = watchLoading(onProgress);
  const model = await library.loadModel(options.modelPath, {
    ...library.modelDefaultParams(),
    progress_callback: progress.callback,
  });
  progress.stop();
  if (model === null) throw unloadable(header, options.modelPath);

  const context = await library.newContext(model, {
    ...library.contextDefaultParams(),
    n_ctx: cells,
    n_batch: batchTokens,
    n_ubatch: batchTokens,
    n_seq_max: options.slots,
    n_outputs_max: 0,
    n_threads: options.threads,
    n_threads_batch: options.threads,
    // One buffer for all sequences: the split form decodes batches with gaps in their sequence ids slowly.
    kv_unified: true,
  });
  if (context === null) {
    throw new ManifoldError('insufficient_memory', 'The context could not be created; lower --context or --slots.');
  }
  verifyContext(library, context, cells, options.slots);
  const vocabulary = createVocabulary(library, model);
  return {
    library,
    context,
    memory: library.memory(context),
    vocabulary,
    template: compileTemplate(library.chatTemplate(model, null), vocabulary),
    contextLength,
    slots: options.slots,
    batchTokens,
    architecture: header.architecture,
    name: textOf(header, 'general.name'),
  };
}

function chooseContext(header: GgufHeader, wanted: number | undefined): number {
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

/** The library may round sizes; rows and cells we count on must exist, since overrunning them ends the process. */
function verifyContext(library: LibLlama, context: Pointer, cells: number, slots: number): void {
  const fits =
    library.contextSize(context) >= cells &&
    library.contextBatch(context) >= batchTokens &&
    library.contextSequences(context) >= slots;
  if (!fits) throw new ManifoldError('native_library_unusable', 'The context created is smaller than asked for.');
}

function compileTemplate(source: string | null, vocabulary: Vocabulary): ChatTemplate {
  const { controlTexts, userDefinedTexts, beginOfSequence, endOfSequenceText } = vocabulary;
  const compile = (text: string) =>
    compileChatTemplate({
      source: text,
      bosText: beginOfSequence.text,
      eosText: endOfSequenceText,
      controlTexts,
      userDefinedTexts,
    });
  try {
    return compile(source ?? fallbackTemplate(controlTexts));
  } catch (cause) {
    throw new ManifoldError('model_unsupported', "The model's chat template cannot be compiled.", { cause });
  }
}

function unloadable(header: GgufHeader, path: string): ManifoldError {
  return new ManifoldError(
    'model_unsupported',
    `The model file ${path} (architecture "${header.architecture}") cannot be loaded: this llama.cpp does not know it, or its tensors are damaged.`,
  );
}

function textOf(header: GgufHeader, key: string): string | null {
  const value = header.metadata.get(key);
  return typeof value === 'string' ? value : null;
}
