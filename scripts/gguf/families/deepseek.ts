import { experts, frame, gatedFeedForward, layers, sharedExpert } from '../blocks.ts';
import { byteLevelVocabulary } from '../byte-level-vocabulary.ts';
import { decoderKeys, tiny, type Family } from '../family.ts';
import { bool, f32, text, u32 } from '../metadata.ts';
import { bias, matrix, norm, type TensorPlan } from '../tensor-plan.ts';

/** Ranks and widths of the compressed attention: rotated and unrotated parts of a head, and what is cached. */
const latent = { queryRank: 32, keyValueRank: 32, rotated: 16, unrotated: 16, value: 16 };

const routing = { count: 8, hidden: 32 };

/** The number by which llama.cpp knows that routers pass their scores through a sigmoid. */
const sigmoidGating = 2;

/** DeepSeek V3 and R1: keys and values are cached compressed, the first layer is dense, routing goes by groups. */
export function deepseek2(): Family {
  const shape = { ...tiny, layers: 3, keyValueHeads: 1 };
  const vocabulary = byteLevelVocabulary({
    cut: 'deepseek-v3',
    control: [begin, end, user, assistant],
    beginOfSequence: begin,
    addsBeginOfSequence: true,
    endOfSequence: end,
  });
  return {
    architecture: 'deepseek2',
    keys: {
      ...decoderKeys(shape),
      vocab_size: u32(vocabulary.size),
      leading_dense_block_count: u32(1),
      'attention.q_lora_rank': u32(latent.queryRank),
      'attention.kv_lora_rank': u32(latent.keyValueRank),
      // The cache holds one head of the compressed values; the widths of the real heads come second.
      'attention.key_length': u32(latent.keyValueRank + latent.rotated),
      'attention.value_length': u32(latent.keyValueRank),
      'attention.key_length_mla': u32(latent.unrotated + latent.rotated),
      'attention.value_length_mla': u32(latent.value),
      'rope.dimension_count': u32(latent.rotated),
      'rope.scaling.type': text('yarn'),
      'rope.scaling.factor': f32(4),
      'rope.scaling.original_context_length': u32(512),
      'rope.scaling.yarn_log_multiplier': f32(0.1),
      expert_count: u32(routing.count),
      expert_used_count: u32(2),
      expert_shared_count: u32(1),
      expert_feed_forward_length: u32(routing.hidden),
      expert_group_count: u32(4),
      expert_group_used_count: u32(2),
      expert_gating_func: u32(sigmoidGating),
      expert_weights_norm: bool(true),
      expert_weights_scale: f32(2.5),
    },
    vocabulary,
    endToken: end,
    chatTemplate:
      '{{ bos_token }}{% for m in messages %}' +
      `{% if m.role == "user" %}${user}{{ m.content }}{% elif m.role == "assistant" %}${assistant}{{ m.content }}${end}` +
      `{% else %}{{ m.content }}{% endif %}{% endfor %}${assistant}`,
    tensors: [
      ...frame(shape.width, vocabulary.size, { head: true }),
      ...layers(shape.layers, (block, at) => [
        ...latentAttention(block),
        ...(at === 0 ? gatedFeedForward(block, shape.width, shape.hidden) : routedFeedForward(block)),
      ]),
    ],
  };
}

function latentAttention(block: string): TensorPlan[] {
  const { width, heads } = tiny;
  const { queryRank, keyValueRank, rotated, unrotated, value } = latent;
  return [
    norm(`${block}.attn_norm`, width),
    matrix(`${block}.attn_q_a`, width, queryRank),
    norm(`${block}.attn_q_a_norm`, queryRank),
    matrix(`${block}.attn_q_b`, queryRank, heads * (unrotated + rotated)),
    matrix(`${block}.attn_kv_a_mqa`, width, keyValueRank + rotated),
    norm(`${block}.attn_kv_a_norm`, keyValueRank),
    matrix(`${block}.attn_k_b`, unrotated, keyValueRank, heads),
    matrix(`${block}.attn_v_b`, keyValueRank, value, heads),
    matrix(`${block}.attn_output`, heads * value, width),
  ];
}

function routedFeedForward(block: string): TensorPlan[] {
  return [
    norm(`${block}.ffn_norm`, tiny.width),
    ...experts(block, tiny.width, routing),
    bias(`${block}.exp_probs_b`, routing.count),
    ...sharedExpert(block, tiny.width, routing.hidden),
  ];
}

const begin = '<｜begin▁of▁sentence｜>';
const end = '<｜end▁of▁sentence｜>';
const user = '<｜User｜>';
const assistant = '<｜Assistant｜>';
