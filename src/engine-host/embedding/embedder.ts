import type { PoolingType } from '../../api/embedding-facts.ts';
import type { EmbeddingTuning, HostOptions } from '../../api/internal/engine-host.ts';
import type { Offload } from '../choose-offload.ts';
import { textOf, type GgufHeader } from '../gguf-header.ts';
import type { LibLlama, Pointer } from '../libllama/bindings.ts';
import { loadWeights } from '../load-weights.ts';
import type { MemoryNeed } from '../../api/internal/engine-host.ts';
import type { Threads } from '../threads.ts';
import { createVocabulary, type Vocabulary } from '../vocabulary.ts';
import { chooseEmbeddingSizes } from './choose-embedding-sizes.ts';
import { createEmbeddingContext, type EmbeddingContext } from './embedding-context.ts';

/** A loaded embedding model, ready to read texts. */
export interface LoadedEmbedder {
  readonly vocabulary: Vocabulary;
  readonly context: EmbeddingContext;
  readonly pooling: PoolingType;
  /** Tokens one text may have. */
  readonly contextLength: number;
  readonly batchTokens: number;
  /** Texts of one batch. */
  readonly sequences: number;
  /** Sizes that vectors may have, the model's own first. */
  readonly dimensions: readonly number[];
  /** What stands before a text, by `input_type`. */
  readonly prefixes: NonNullable<EmbeddingTuning['prefixes']>;
  readonly need: MemoryNeed;
  readonly offload: Offload;
  readonly architecture: string;
  readonly name: string | null;
}

interface EmbedderParts {
  readonly header: GgufHeader;
  readonly pooling: PoolingType;
  readonly onProgress: (fraction: number) => void;
  readonly library: LibLlama;
  readonly threads: Threads;
  /** Bytes that it may take. */
  readonly available: number;
}

/** Checks the memory, then loads. Every failure is a ManifoldError that says what to do. */
export async function loadEmbedder(options: HostOptions, parts: EmbedderParts): Promise<LoadedEmbedder> {
  const { header, pooling, onProgress, library, available, threads } = parts;
  const sizes = chooseEmbeddingSizes(header, options, available);
  const { need, contextLength, batchTokens, sequences } = sizes;
  const { model, offload } = await loadWeights(header, { options, need, available, onProgress, library });
  const context = await createEmbeddingContext({ library, model, sizes, pooling, options, threads });
  const { dimensions = [], prefixes = {} } = options.embedding ?? {};
  return {
    vocabulary: vocabularyOf(library, model, header),
    context,
    pooling,
    contextLength,
    batchTokens,
    sequences,
    dimensions: [context.size, ...dimensions.filter((size) => size < context.size)],
    prefixes,
    need,
    offload,
    architecture: header.architecture,
    name: textOf(header, 'general.name'),
  };
}

/** In WordPiece each word but a continued one begins with a space, the first of a text too: no text has that one. */
function vocabularyOf(library: LibLlama, model: Pointer, header: GgufHeader): Vocabulary {
  const vocabulary = createVocabulary(library, model);
  if (textOf(header, 'tokenizer.ggml.model') !== 'bert') return vocabulary;
  return { ...vocabulary, detokenize: async (tokens) => (await vocabulary.detokenize(tokens)).replace(/^ /, '') };
}
