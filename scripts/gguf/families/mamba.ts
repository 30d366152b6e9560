import { frame, layers } from '../blocks.ts';
import type { Family } from '../family.ts';
import { mamba, mambaKeys, tinyMamba } from '../mamba.ts';
import { f32, u32 } from '../metadata.ts';
import { sentencePieceVocabulary } from '../sentence-piece-vocabulary.ts';
import { mistralTemplate, mistralTokens } from './llama.ts';

/** Mamba-2, as in Codestral Mamba: no attention at all, only a state. */
export function mamba2(): Family {
  const vocabulary = sentencePieceVocabulary({ ...mistralTokens, control: ['[INST]', '[/INST]'] });
  return {
    architecture: 'mamba2',
    keys: {
      context_length: u32(2048),
      block_count: u32(2),
      embedding_length: u32(tinyMamba.width),
      // Not used, but read.
      feed_forward_length: u32(0),
      'attention.head_count': u32(0),
      'attention.layer_norm_rms_epsilon': f32(1e-5),
      ...mambaKeys(tinyMamba),
    },
    vocabulary,
    endToken: '</s>',
    chatTemplate: mistralTemplate,
    tensors: [
      ...frame(tinyMamba.width, vocabulary.size, { head: true }),
      ...layers(2, (block) => mamba(block, tinyMamba)),
    ],
  };
}
