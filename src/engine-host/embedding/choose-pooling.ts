import type { PoolingType } from '../../api/embedding-facts.ts';
import type { EmbeddingTuning } from '../../api/internal/engine-host.ts';
import { ManifoldError } from '../../errors.ts';
import { ofArchitecture, type GgufHeader } from '../gguf-header.ts';

/** `enum llama_pooling_type`. */
export const poolingTypes: readonly (PoolingType | 'none' | 'rank')[] = ['none', 'mean', 'cls', 'last', 'rank'];

/** Architectures that read and never write, by llama.cpp's names. */
const encoders: ReadonlySet<string> = new Set([
  'bert',
  'nomic-bert',
  'nomic-bert-moe',
  'jina-bert-v2',
  'jina-bert-v3',
  'modern-bert',
  'neo-bert',
  'eurobert',
  'gemma-embedding',
  'llama-embed',
  't5encoder',
]);

/**
 * How a file's model pools the vectors of a text's tokens; undefined for a model that answers. What the
 * configuration says wins over the file. Throws `model_unsupported` for a file whose pooling nobody knows.
 */
export function choosePooling(
  header: GgufHeader,
  wanted: EmbeddingTuning | undefined,
  path: string,
): PoolingType | undefined {
  if (wanted?.pooling !== undefined) return wanted.pooling;
  const said = poolingTypes[Number(ofArchitecture(header, 'pooling_type') ?? 0)];
  if (said === 'rank') {
    throw new ManifoldError('model_unsupported', `The model file ${path} ranks documents, which is not supported.`);
  }
  if (said !== undefined && said !== 'none') return said;
  if (wanted === undefined && !encoders.has(header.architecture)) return undefined;
  throw new ManifoldError(
    'model_unsupported',
    `The model file ${path} (architecture "${header.architecture}") does not say how it makes embeddings; set embedding.pooling of the model to mean, cls or last, as its card says.`,
  );
}
