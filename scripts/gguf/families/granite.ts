import { attention, experts, frame, gatedFeedForward, layers, sharedExpert } from '../blocks.ts';
import { byteLevelVocabulary } from '../byte-level-vocabulary.ts';
import { decoderKeys, tiny, type Family } from '../family.ts';
import { mamba, mambaKeys, tinyMamba } from '../mamba.ts';
import { bool, f32, i32s, u32 } from '../metadata.ts';
import { norm } from '../tensor-plan.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Metadata } from '../write-gguf.ts';

/** Granite 3: a llama with factors on embedding, residuals, attention and logits. */
export function granite(): Family {
  const vocabulary = graniteVocabulary('refact');
  return {
    ...chat(vocabulary),
    architecture: 'granite',
    keys: { ...decoderKeys(tiny), ...factors },
    tensors: [
      ...frame(tiny.width, vocabulary.size, { head: false }),
      ...layers(tiny.layers, (block) => [
        ...attention(block, tiny),
        ...gatedFeedForward(block, tiny.width, tiny.hidden),
      ]),
    ],
  };
}

/** Granite 4 H: Mamba-2 layers with some attention in between, without positions; experts beside a shared one. */
export function graniteHybrid(): Family {
  const vocabulary = graniteVocabulary('dbrx');
  const isAttention = [false, true, false];
  const expertWidth = 32;
  return {
    ...chat(vocabulary),
    architecture: 'granitehybrid',
    keys: {
      ...decoderKeys({ ...tiny, layers: isAttention.length, hidden: expertWidth }),
      ...factors,
      ...mambaKeys(tinyMamba),
      // Layers without keys and values are the Mamba ones.
      'attention.head_count_kv': i32s(isAttention.map((is) => (is ? tiny.keyValueHeads : 0))),
      'rope.scaling.finetuned': bool(false),
      expert_count: u32(8),
      expert_used_count: u32(2),
      expert_shared_feed_forward_length: u32(64),
    },
    tensors: [
      ...frame(tiny.width, vocabulary.size, { head: false }),
      ...layers(isAttention.length, (block, at) => [
        ...(isAttention[at] ? attention(block, tiny) : mamba(block, tinyMamba)),
        norm(`${block}.ffn_norm`, tiny.width),
        ...experts(block, tiny.width, { count: 8, hidden: expertWidth }),
        ...sharedExpert(block, tiny.width, 64),
      ]),
    ],
  };
}

/** Milder than in real files, where trained weights balance them. */
const factors: Metadata = {
  embedding_scale: f32(2),
  residual_scale: f32(0.8),
  'attention.scale': f32(0.25),
  logit_scale: f32(2),
};

function graniteVocabulary(cut: string): Vocabulary {
  return byteLevelVocabulary({
    cut,
    control: ['<|end_of_text|>', '<|start_of_role|>', '<|end_of_role|>'],
    beginOfSequence: '<|end_of_text|>',
    endOfSequence: '<|end_of_text|>',
  });
}

function chat(vocabulary: Vocabulary) {
  return {
    vocabulary,
    endToken: '<|end_of_text|>',
    chatTemplate:
      '{% for m in messages %}<|start_of_role|>{{ m.role }}<|end_of_role|>{{ m.content }}<|end_of_text|>\n' +
      '{% endfor %}<|start_of_role|>assistant<|end_of_role|>',
  };
}
