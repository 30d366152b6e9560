import { attention, experts, frame, layers } from '../blocks.ts';
import { byteLevelVocabulary } from '../byte-level-vocabulary.ts';
import { decoderKeys, tiny, type Family } from '../family.ts';
import { f32, u32 } from '../metadata.ts';
import { bias, norm, type TensorPlan } from '../tensor-plan.ts';

const routing = { count: 8, hidden: 32 };

/**
 * gpt-oss: every other layer slides, each head has a sink that takes up attention, and biases are everywhere.
 * Real files store the experts in a four-bit float format; here they are like every other matrix.
 */
export function gptOss(): Family {
  const vocabulary = byteLevelVocabulary({
    cut: 'gpt-4o',
    control: [
      '<|startoftext|>',
      '<|endoftext|>',
      '<|return|>',
      '<|constrain|>',
      '<|channel|>',
      '<|start|>',
      '<|end|>',
      '<|message|>',
      '<|call|>',
    ],
    beginOfSequence: '<|startoftext|>',
    endOfSequence: '<|return|>',
  });
  return {
    architecture: 'gpt-oss',
    keys: {
      ...decoderKeys(tiny),
      'rope.freq_base': f32(150_000),
      'attention.sliding_window': u32(16),
      expert_count: u32(routing.count),
      expert_used_count: u32(2),
      expert_feed_forward_length: u32(routing.hidden),
    },
    vocabulary,
    endToken: '<|return|>',
    chatTemplate:
      '{% for m in messages %}<|start|>{{ m.role }}' +
      '{% if m.role == "assistant" %}<|channel|>final{% endif %}<|message|>{{ m.content }}<|end|>{% endfor %}' +
      '<|start|>assistant',
    tensors: [...frame(tiny.width, vocabulary.size, { head: true }), ...layers(tiny.layers, layer)],
  };
}

function layer(block: string): TensorPlan[] {
  const { width, heads } = tiny;
  const { count, hidden } = routing;
  return [
    ...attention(block, tiny, { biases: true }),
    bias(`${block}.attn_output`, width),
    { name: `${block}.attn_sinks.weight`, shape: [heads], fill: 'bias' },
    norm(`${block}.post_attention_norm`, width),
    ...experts(block, width, routing),
    bias(`${block}.ffn_gate_inp`, count),
    bias(`${block}.ffn_gate_exps`, hidden, count),
    bias(`${block}.ffn_up_exps`, hidden, count),
    bias(`${block}.ffn_down_exps`, width, count),
  ];
}
