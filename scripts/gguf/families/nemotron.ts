import { attention, experts, frame, layers, sharedExpert } from '../blocks.ts';
import { byteLevelVocabulary } from '../byte-level-vocabulary.ts';
import { decoderKeys, tiny, type Family } from '../family.ts';
import { mamba, mambaKeys, tinyMamba } from '../mamba.ts';
import { bool, f32, i32s, u32 } from '../metadata.ts';
import { sentencePieceVocabulary } from '../sentence-piece-vocabulary.ts';
import { bias, matrix, norm, type TensorPlan } from '../tensor-plan.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Metadata } from '../write-gguf.ts';

/** Nemotron 4 and Minitron: layer norms with biases, a feed-forward layer without gate, rotations of half a head. */
export function nemotron(): Family {
  const vocabulary = sentencePieceVocabulary({
    first: ['<unk>', '<s>', '</s>'],
    unknown: '<unk>',
    beginOfSequence: '<s>',
    endOfSequence: '</s>',
    control: ['<extra_id_0>', '<extra_id_1>'],
    addsSpace: false,
  });
  return {
    architecture: 'nemotron',
    keys: {
      ...decoderKeys(tiny),
      'attention.layer_norm_epsilon': f32(1e-5),
      'rope.dimension_count': u32(tiny.headWidth / 2),
    },
    vocabulary,
    endToken: '</s>',
    chatTemplate:
      '{% for m in messages %}{{ "<extra_id_0>System" if m.role == "system" else ' +
      '"<extra_id_1>" ~ (m.role | capitalize) }}\n{{ m.content }}\n{% endfor %}<extra_id_1>Assistant{{ "\n" }}',
    tensors: [
      ...frame(tiny.width, vocabulary.size, { head: true }),
      bias('output_norm', tiny.width),
      ...layers(tiny.layers, (block) => [
        ...attention(block, tiny),
        bias(`${block}.attn_norm`, tiny.width),
        norm(`${block}.ffn_norm`, tiny.width),
        bias(`${block}.ffn_norm`, tiny.width),
        ...plainFeedForward(block),
      ]),
    ],
  };
}

/** Nemotron Nano 2: each layer is Mamba-2, attention or feed-forward, and nothing else. */
export function nemotronHybrid(): Family {
  return hybrid('nemotron_h', {}, plainFeedForward);
}

/** Nemotron 3 Nano: the same with experts in the feed-forward layers. */
export function nemotronHybridMoe(): Family {
  const [count, hidden, shared] = [8, 32, 64];
  const keys: Metadata = {
    expert_count: u32(count),
    expert_used_count: u32(2),
    expert_feed_forward_length: u32(hidden),
    expert_shared_feed_forward_length: u32(shared),
    expert_shared_count: u32(1),
    expert_weights_norm: bool(true),
    expert_weights_scale: f32(2.5),
    expert_group_count: u32(1),
    expert_group_used_count: u32(1),
  };
  return hybrid('nemotron_h_moe', keys, (block) => [
    ...experts(block, tiny.width, { count, hidden }, { gate: false }),
    bias(`${block}.exp_probs_b`, count),
    ...sharedExpert(block, tiny.width, shared, { gate: false }),
  ]);
}

function hybrid(architecture: string, keys: Metadata, feedForward: (block: string) => TensorPlan[]): Family {
  const vocabulary = hybridVocabulary();
  const kinds = ['mamba', 'feed-forward', 'mamba', 'attention', 'feed-forward'] as const;
  return {
    architecture,
    keys: {
      ...decoderKeys({ ...tiny, layers: kinds.length }),
      'attention.layer_norm_epsilon': f32(1e-5),
      ...mambaKeys(tinyMamba),
      // A layer with neither keys and values nor a feed-forward width is a Mamba one.
      'attention.head_count_kv': i32s(kinds.map((kind) => (kind === 'attention' ? tiny.keyValueHeads : 0))),
      feed_forward_length: i32s(kinds.map((kind) => (kind === 'feed-forward' ? tiny.hidden : 0))),
      ...keys,
    },
    vocabulary,
    endToken: '<SPECIAL_12>',
    chatTemplate:
      '{{ bos_token }}<SPECIAL_10>System\n{% for m in messages %}{% if m.role == "system" %}{{ m.content }}\n' +
      '{% else %}<SPECIAL_11>{{ m.role | capitalize }}\n{{ m.content }}\n{% endif %}{% endfor %}' +
      '<SPECIAL_11>Assistant{{ "\n" }}',
    tensors: [
      ...frame(tiny.width, vocabulary.size, { head: true }),
      ...layers(kinds.length, (block, at) => {
        if (kinds[at] === 'mamba') return mamba(block, tinyMamba);
        if (kinds[at] === 'attention') return attention(block, tiny);
        return [norm(`${block}.attn_norm`, tiny.width), ...feedForward(block)];
      }),
    ],
  };
}

function hybridVocabulary(): Vocabulary {
  return byteLevelVocabulary({
    cut: 'pixtral',
    control: ['<unk>', '<s>', '</s>', '<SPECIAL_10>', '<SPECIAL_11>', '<SPECIAL_12>'],
    beginOfSequence: '<s>',
    addsBeginOfSequence: true,
    endOfSequence: '<SPECIAL_12>',
  });
}

function plainFeedForward(block: string): TensorPlan[] {
  return [matrix(`${block}.ffn_up`, tiny.width, tiny.hidden), matrix(`${block}.ffn_down`, tiny.hidden, tiny.width)];
}
