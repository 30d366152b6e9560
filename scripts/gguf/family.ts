import type { AttentionShape } from './blocks.ts';
import { f32, u32 } from './metadata.ts';
import type { TensorPlan } from './tensor-plan.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { Metadata } from './write-gguf.ts';

/** Everything that makes a model of one family: what its header says and which tensors it has. */
export interface Family {
  /** llama.cpp's name of the architecture, which is also the prefix of its keys. */
  readonly architecture: string;
  /** The architecture's keys, without their prefix. */
  readonly keys: Metadata;
  readonly vocabulary: Vocabulary;
  /** The token that ends an answer. */
  readonly endToken: string;
  /** Absent where a family does not chat. */
  readonly chatTemplate?: string;
  readonly tensors: readonly TensorPlan[];
}

/** Sizes of a decoder. */
export interface DecoderShape extends AttentionShape {
  readonly layers: number;
  /** Width inside the feed-forward layers. */
  readonly hidden: number;
}

/** Small, but with groups of heads that share keys and values, as most models have them. */
export const tiny: DecoderShape = { layers: 2, width: 64, heads: 4, keyValueHeads: 2, headWidth: 16, hidden: 128 };

/** The keys that nearly every decoder has. */
export function decoderKeys(shape: DecoderShape): Metadata {
  return {
    context_length: u32(2048),
    block_count: u32(shape.layers),
    embedding_length: u32(shape.width),
    feed_forward_length: u32(shape.hidden),
    'attention.head_count': u32(shape.heads),
    'attention.head_count_kv': u32(shape.keyValueHeads),
    'attention.key_length': u32(shape.headWidth),
    'attention.value_length': u32(shape.headWidth),
    'attention.layer_norm_rms_epsilon': f32(1e-5),
    'rope.dimension_count': u32(shape.headWidth),
    'rope.freq_base': f32(10_000),
  };
}
