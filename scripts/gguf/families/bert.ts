import { layers } from '../blocks.ts';
import { tiny, type Family } from '../family.ts';
import { bool, f32, u32 } from '../metadata.ts';
import { poolingTypes } from '../pooling-types.ts';
import { bias, matrix, norm, type TensorPlan } from '../tensor-plan.ts';
import { wordPieceVocabulary } from '../word-piece-vocabulary.ts';
import type { Metadata } from '../write-gguf.ts';

const contextLength = 512;

/** BERT, which most embedding models are: an encoder with learned positions, norms after the layers, and biases. */
export function bert(): Family {
  const { width, hidden } = tiny;
  return encoder('bert', { pooling_type: u32(poolingTypes.cls) }, [
    { name: 'position_embd.weight', shape: [width, contextLength], fill: 'embedding' },
    ...layers(tiny.layers, (block) => [
      ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].flatMap((name) => [
        matrix(`${block}.${name}`, width, width),
        bias(`${block}.${name}`, width),
      ]),
      ...normWithBias(`${block}.attn_output_norm`),
      matrix(`${block}.ffn_up`, width, hidden),
      bias(`${block}.ffn_up`, hidden),
      matrix(`${block}.ffn_down`, hidden, width),
      bias(`${block}.ffn_down`, width),
      ...normWithBias(`${block}.layer_output_norm`),
    ]),
  ]);
}

/** Nomic's BERT: rotated positions and a gate in the feed-forward layers. */
export function nomicBert(): Family {
  const { width, hidden } = tiny;
  return encoder('nomic-bert', { pooling_type: u32(poolingTypes.mean), 'rope.freq_base': f32(1000) }, [
    ...layers(tiny.layers, (block) => [
      matrix(`${block}.attn_qkv`, width, 3 * width),
      matrix(`${block}.attn_output`, width, width),
      ...normWithBias(`${block}.attn_output_norm`),
      matrix(`${block}.ffn_up`, width, hidden),
      matrix(`${block}.ffn_gate`, width, hidden),
      matrix(`${block}.ffn_down`, hidden, width),
      ...normWithBias(`${block}.layer_output_norm`),
    ]),
  ]);
}

function encoder(architecture: string, keys: Metadata, tensors: readonly TensorPlan[]): Family {
  const vocabulary = wordPieceVocabulary();
  return {
    architecture,
    keys: {
      context_length: u32(contextLength),
      block_count: u32(tiny.layers),
      embedding_length: u32(tiny.width),
      feed_forward_length: u32(tiny.hidden),
      'attention.head_count': u32(tiny.heads),
      'attention.layer_norm_epsilon': f32(1e-12),
      'attention.causal': bool(false),
      ...keys,
    },
    vocabulary,
    endToken: '[SEP]',
    tensors: [
      { name: 'token_embd.weight', shape: [tiny.width, vocabulary.size], fill: 'embedding' },
      { name: 'token_types.weight', shape: [tiny.width, 2], fill: 'embedding' },
      ...normWithBias('token_embd_norm'),
      ...tensors,
    ],
  };
}

function normWithBias(name: string): TensorPlan[] {
  return [norm(name, tiny.width), bias(name, tiny.width)];
}
