import { compileChatTemplate, fallbackTemplate, type ChatTemplate } from '../formats/chat-template.ts';
import { ManifoldError } from '../errors.ts';
import { createDecodeContext, type DecodeContext } from './decode-context.ts';
import { readGgufHeader, type GgufHeader } from './gguf-header.ts';
import { openLibLlama, type LibLlama, type Pointer } from './libllama/bindings.ts';
import { findLibrary } from './libllama/find-library.ts';
import { watchLoading } from './libllama/load-progress.ts';
import { verifyLayout } from './libllama/verify-layout.ts';
import { availableMemory, estimateMemory, requireMemory } from './memory-estimate.ts';
import { memoryKindOf } from './memory-kind.ts';
import { measureStepCost, type StepCost } from './step-cost.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';

/** A loaded model with its context, ready to decode. */
export interface LoadedModel {
  readonly library: LibLlama;
  readonly vocabulary: Vocabulary;
  /** The context that requests share. */
  readonly context: DecodeContext;
  /** What a step takes in that context. */
  readonly cost: StepCost;
  /** A second context for one sequence, which nothing shares; throws `insufficient_memory` when it does not fit. */
  openOwnContext(): Promise<DecodeContext>;
  readonly template: ChatTemplate;
  /** Tokens per slot, prompt and answer together. */
  readonly contextLength: number;
  readonly slots: number;
  readonly architecture: string;
  readonly name: string | null;
}

interface LoadOptions {
  readonly modelPath: string;
  readonly context?: number | undefined;
  readonly slots: number;
  readonly cells?: number | undefined;
  readonly threads: number;
  readonly libDir?: string | undefined;
}

const batchTokens = 512;
const defaultContextLimit = 8192;
/** Time that measuring may add to a load. */
const measuringMs = 1000;
/** Of the memory that is available, what full slots may take before there are fewer cells than that. */
const shareOfMemory = 0.7;

/** Checks the file and the memory, then loads. Every failure is a ManifoldError that says what to do. */
export async function loadModel(options: LoadOptions, onProgress: (fraction: number) => void): Promise<LoadedModel> {
  const header = readGgufHeader(options.modelPath);
  const contextLength = chooseContext(header, options.context);
  const cells = chooseCells(header, { contextLength, slots: options.slots, wanted: options.cells });
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

  const vocabulary = createVocabulary(library, model);
  const memoryKind = memoryKindOf({
    isRecurrent: library.isRecurrent(model),
    isHybrid: library.isHybrid(model),
    slidingWindow: library.slidingWindow(model),
  });
  const open = async (sequences: number, cells: number): Promise<DecodeContext> => {
    const context = await newContext(library, model, { cells, sequences, threads: options.threads });
    return createDecodeContext({
      library,
      context,
      vocabulary,
      memoryKind,
      sequences,
      contextLength,
      cells,
      batchTokens,
    });
  };
  const context = await open(options.slots, cells);
  return {
    library,
    vocabulary,
    context,
    cost: await measureContext(context),
    openOwnContext: () => {
      const { keyValueCache, compute } = estimateMemory(header, contextLength, batchTokens);
      requireMemory({ weights: 0, keyValueCache, compute, total: keyValueCache + compute });
      return open(1, contextLength);
    },
    template: compileTemplate(library.chatTemplate(model, null), vocabulary),
    contextLength,
    slots: options.slots,
    architecture: header.architecture,
    name: textOf(header, 'general.name'),
  };
}

async function newContext(
  library: LibLlama,
  model: Pointer,
  { cells, sequences, threads }: { cells: number; sequences: number; threads: number },
): Promise<Pointer> {
  const context = await library.newContext(model, {
    ...library.contextDefaultParams(),
    n_ctx: cells,
    n_batch: batchTokens,
    // As large as a batch: one that is broken off must leave nothing behind.
    n_ubatch: batchTokens,
    n_seq_max: sequences,
    n_outputs_max: 0,
    n_threads: threads,
    n_threads_batch: threads,
    // One buffer for all sequences: they can share cells, and batches with gaps in their sequence ids stay fast.
    kv_unified: true,
  });
  if (context === null) {
    throw new ManifoldError('insufficient_memory', 'The context could not be created; lower --context or --slots.');
  }
  verifyContext(library, context, cells, sequences);
  return context;
}

/** Times steps as they will be: up to the number of slots each token is another sequence's, beyond it a prompt's. */
function measureContext({ library, memory, batch, sequences, batchTokens: most, ...context }: DecodeContext) {
  return measureStepCost(
    async (tokens) => {
      batch.clear();
      for (let at = 0; at < tokens; at++) {
        if (tokens <= sequences) batch.add(0, 0, at, true);
        else batch.add(0, at, 0, at === tokens - 1);
      }
      await context.decode();
      library.removeSequence(memory, -1, -1, -1);
    },
    Math.min(most, context.contextLength),
    measuringMs,
  );
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

/**
 * Tokens that all slots hold together: enough for all to be full, unless that does not fit in memory. Fewer are
 * enough for most loads, since an answer that finds none starts again later.
 */
function chooseCells(
  header: GgufHeader,
  { contextLength, slots, wanted }: { contextLength: number; slots: number; wanted: number | undefined },
): number {
  if (wanted !== undefined) return Math.max(wanted, contextLength);
  let cells = contextLength * slots;
  while (cells > contextLength && estimateMemory(header, cells, batchTokens).total > availableMemory() * shareOfMemory)
    cells /= 2;
  return Math.max(contextLength, Math.floor(cells));
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
