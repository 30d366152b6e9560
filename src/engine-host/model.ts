import type { HostOptions, MemoryNeed } from '../api/internal/engine-host.ts';
import { ManifoldError } from '../errors.ts';
import { compileChatTemplate, fallbackTemplate, type ChatTemplate } from '../formats/chat-template.ts';
import { controlMarks, type OutputFormat } from '../formats/output-format.ts';
import { reasoningClose } from '../formats/reasoning-close.ts';
import { recogniseFormat } from '../formats/recognise-format.ts';
import { probeThinking, type ThinkingControl } from '../formats/thinking-control.ts';
import { loadAdapters, type Adapters } from './adapters.ts';
import { createCandidates } from './candidates.ts';
import type { Attention } from './choose-attention.ts';
import type { Offload } from './choose-offload.ts';
import { chooseSizes, describeShrinking, possibleSizes } from './choose-sizes.ts';
import { createDecodeContext, type DecodeContext } from './decode-context.ts';
import { textOf, type GgufHeader } from './gguf-header.ts';
import { createGrammarWorker } from './grammar-worker.ts';
import { Grammars } from './grammars.ts';
import type { LibLlama } from './libllama/bindings.ts';
import { loadWeights } from './load-weights.ts';
import { measureContext } from './measure-context.ts';
import { estimateMemory, requireMemory } from './memory-estimate.ts';
import { memoryKindOf } from './memory-kind.ts';
import { createNativeContext, type ContextSizes } from './native-context.ts';
import { besideDevices } from './plan-load.ts';
import { sizeTuning } from './size-tuning.ts';
import { steadyAttention, steadyBatchTokens } from './steady-context.ts';
import type { StepCosts } from './step-cost.ts';
import type { Threads } from './threads.ts';
import { createTokenTexts, type TokenTexts } from './token-texts.ts';
import { createVocabulary, showing, type Vocabulary } from './vocabulary.ts';

/** A loaded model with its context, ready to decode. */
export interface LoadedModel {
  readonly library: LibLlama;
  readonly vocabulary: Vocabulary;
  /** The context that requests share. */
  readonly context: DecodeContext;
  /** What steps take in that context. */
  readonly cost: StepCosts;
  /** About what copying the cells of one sequence takes, where they are not shared, in milliseconds. */
  readonly copyMs: number;
  /** A second context for one sequence, which nothing shares; throws `insufficient_memory` when it does not fit. */
  openOwnContext(): Promise<DecodeContext>;
  readonly template: ChatTemplate;
  /** How the model writes reasoning and calls. */
  readonly format: OutputFormat;
  /** Whether the template knows of reasoning. */
  readonly reasons: boolean;
  /** What the model can be told about its reasoning. */
  readonly thinking: ThinkingControl;
  /** What it writes to end its reasoning and begin its answer. */
  readonly reasoningClose: string | undefined;
  readonly grammars: Grammars;
  /** What its tokens add to a text. */
  readonly tokenTexts: TokenTexts;
  readonly adapters: Adapters;
  readonly offload: Offload;
  readonly attention: Attention;
  /** What it takes of the memory. */
  readonly need: MemoryNeed;
  /** What is less than configured for want of memory. */
  readonly shrunk: string | null;
  readonly architecture: string;
  readonly name: string | null;
}

/** How fast memory is copied, on the safe side. */
const copyBytesPerSecond = 3e9;

/** What a model is loaded with. */
export interface LoadParts {
  readonly library: LibLlama;
  readonly header: GgufHeader;
  /** Bytes of memory it may take. */
  readonly available: number;
  readonly threads: Threads;
  readonly onProgress: (fraction: number) => void;
}

/** Chooses the sizes that fit, then loads. Every failure is a ManifoldError that says what to do. */
export async function loadModel(options: HostOptions, parts: LoadParts): Promise<LoadedModel> {
  const { library, header, available, threads, onProgress } = parts;
  const devices = library.graphicsDevices();
  const tuning = sizeTuning(header, options, devices);
  const sizes = chooseSizes(header, tuning, available, besideDevices(header, options, devices));
  const { contextLength, slots, cells, sharesCells, need, attention } = sizes;

  const { model, offload } = await loadWeights(header, { options, need, available, onProgress, library });
  const adapters = await loadAdapters(library, model, header, options.adapters);
  const plainVocabulary = createVocabulary(library, model);
  const templateSource = library.chatTemplate(model, null) ?? fallbackTemplate(plainVocabulary.controlTexts);
  const format = recogniseFormat(templateSource);
  const vocabulary = showing(plainVocabulary, controlMarks(format));
  const memoryKind = memoryKindOf({
    isRecurrent: library.isRecurrent(model),
    isHybrid: library.isHybrid(model),
    slidingWindow: library.slidingWindow(model),
  });
  const candidates = createCandidates(library, vocabulary.size);
  const { kvType } = options;
  const open = async (shape: ContextSizes, flashAttention = attention.flashAttention): Promise<DecodeContext> => {
    const context = await createNativeContext(library, model, shape, {
      kvType,
      flashAttention,
      threads: threads.now(),
    });
    const known = { library, context, vocabulary, candidates, memoryKind, contextLength, adapters, threads };
    return createDecodeContext({ ...known, ...shape });
  };
  const template = compileTemplate(templateSource, vocabulary);
  const thinking = probeThinking(template, format, templateSource);
  const context = await open({ sequences: slots, cells, sharesCells, batchTokens: attention.batchTokens });
  const sizesOfOne = { cells: contextLength, sequences: 1, sharesCells: false, batchTokens: steadyBatchTokens };
  const flashAttention = steadyAttention(options, tuning.onProcessor);
  const ofOneSequence = {
    ...estimateMemory(header, { ...sizesOfOne, contextLength, kvType, flashAttention }),
    weights: 0,
    runtime: 0,
  };
  return {
    library,
    vocabulary,
    context,
    cost: await measureContext(context),
    copyMs: (ofOneSequence.keyValueCache / copyBytesPerSecond) * 1000,
    openOwnContext: () => {
      requireMemory(ofOneSequence);
      return open(sizesOfOne, flashAttention);
    },
    template,
    format,
    thinking,
    reasoningClose: reasoningClose(format, template),
    reasons: thinking.reasons,
    grammars: new Grammars(createGrammarWorker()),
    tokenTexts: createTokenTexts(vocabulary),
    adapters,
    offload,
    attention,
    need,
    shrunk: describeShrinking(possibleSizes(header, tuning)[0], sizes),
    architecture: header.architecture,
    name: textOf(header, 'general.name'),
  };
}

function compileTemplate(source: string, vocabulary: Vocabulary): ChatTemplate {
  const { controlTexts, userDefinedTexts, beginOfSequence, endOfSequenceText } = vocabulary;
  const compile = () =>
    compileChatTemplate({
      source,
      bosText: beginOfSequence.text,
      eosText: endOfSequenceText,
      controlTexts,
      userDefinedTexts,
    });
  try {
    return compile();
  } catch (cause) {
    throw new ManifoldError('model_unsupported', "The model's chat template cannot be compiled.", { cause });
  }
}
