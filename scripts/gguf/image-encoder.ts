import { bool, f32, f32s, text, u32 } from './metadata.ts';
import { bias, fillTensor, matrix, norm, type TensorPlan } from './tensor-plan.ts';
import type { Metadata, Tensor } from './write-gguf.ts';

const shape = { width: 32, hidden: 64, layers: 2, heads: 2, imageSize: 112, patchSize: 14, merge: 2 } as const;
const patches = (shape.imageSize / shape.patchSize) ** 2;

/** Tokens that an image becomes, whatever its size: it is scaled to a square. */
export const imageTokens = patches / shape.merge ** 2;

/**
 * An image encoder as it lies beside a Gemma 3 model (llama.cpp's "mmproj"): a vision transformer whose patches are
 * averaged and projected into the model's width. Random weights that are the same every time.
 */
export function imageEncoder(modelWidth: number): { readonly metadata: Metadata; readonly tensors: Tensor[] } {
  const { width, hidden, layers, heads, imageSize, patchSize, merge } = shape;
  const plans: TensorPlan[] = [
    { name: 'v.patch_embd.weight', shape: [patchSize, patchSize, 3, width], fill: 'matrix' },
    bias('v.patch_embd', width),
    { name: 'v.position_embd.weight', shape: [width, patches], fill: 'embedding' },
    ...Array.from({ length: layers }, (_, at) => layer(`v.blk.${at}`)).flat(),
    norm('v.post_ln', width),
    bias('v.post_ln', width),
    { name: 'mm.input_projection.weight', shape: [modelWidth, width], fill: 'matrix' },
    norm('mm.soft_emb_norm', width),
  ];
  return {
    metadata: {
      'general.architecture': text('clip'),
      'general.name': text('Random image encoder'),
      'clip.has_vision_encoder': bool(true),
      'clip.projector_type': text('gemma3'),
      'clip.use_gelu': bool(true),
      'clip.vision.image_size': u32(imageSize),
      'clip.vision.patch_size': u32(patchSize),
      'clip.vision.embedding_length': u32(width),
      'clip.vision.feed_forward_length': u32(hidden),
      'clip.vision.block_count': u32(layers),
      'clip.vision.projection_dim': u32(modelWidth),
      'clip.vision.attention.head_count': u32(heads),
      'clip.vision.attention.layer_norm_epsilon': f32(1e-6),
      'clip.vision.image_mean': f32s([0.5, 0.5, 0.5]),
      'clip.vision.image_std': f32s([0.5, 0.5, 0.5]),
      'clip.vision.projector.scale_factor': u32(merge),
    },
    tensors: plans.map((plan) => fillTensor(plan, 'f32')),
  };
}

function layer(block: string): TensorPlan[] {
  const { width, hidden } = shape;
  const linear = (name: string, inner: number, outer: number) => [
    matrix(`${block}.${name}`, inner, outer),
    bias(`${block}.${name}`, outer),
  ];
  const normed = (name: string) => [norm(`${block}.${name}`, width), bias(`${block}.${name}`, width)];
  return [
    ...normed('ln1'),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_out'].flatMap((name) => linear(name, width, width)),
    ...normed('ln2'),
    ...linear('ffn_up', width, hidden),
    ...linear('ffn_down', hidden, width),
  ];
}
