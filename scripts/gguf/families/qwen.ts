import { attention, experts, frame, gatedFeedForward, headNorms, layers } from '../blocks.ts';
import { byteLevelVocabulary } from '../byte-level-vocabulary.ts';
import { decoderKeys, tiny, type DecoderShape, type Family } from '../family.ts';
import { bool, f32, u32 } from '../metadata.ts';
import { poolingTypes } from '../pooling-types.ts';
import { norm } from '../tensor-plan.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** Qwen 2 and 2.5: biases on queries, keys and values. */
export function qwen2(): Family {
  const vocabulary = qwenVocabulary();
  return {
    ...chat(vocabulary),
    architecture: 'qwen2',
    keys: { ...decoderKeys(tiny), 'rope.freq_base': f32(1_000_000) },
    tensors: [
      ...frame(tiny.width, vocabulary.size, { head: true }),
      ...layers(tiny.layers, (block) => [
        ...attention(block, tiny, { biases: true }),
        ...gatedFeedForward(block, tiny.width, tiny.hidden),
      ]),
    ],
  };
}

/** Qwen 3: norms over queries and keys instead of biases; small ones share embedding and output. */
export function qwen3(): Family {
  return dense(tiny, qwenVocabulary());
}

/** The sizes of Qwen3-0.6B, for measurements: about 600 million weights. */
export function qwen3At600Million(): Family {
  const shape = { layers: 28, width: 1024, heads: 16, keyValueHeads: 8, headWidth: 128, hidden: 3072 };
  const family = dense(shape, qwenVocabulary(151_936));
  return { ...family, keys: { ...family.keys, context_length: u32(40_960) } };
}

/** Qwen 3 as an embedding model: the vector of a text is that of the token that ends it, which the tokenizer adds. */
export function qwen3Embedding(): Family {
  const { chatTemplate: _, ...family } = dense(tiny, qwenVocabulary());
  const { vocabulary } = family;
  return {
    ...family,
    keys: { ...family.keys, pooling_type: u32(poolingTypes.last) },
    vocabulary: {
      ...vocabulary,
      metadata: {
        ...vocabulary.metadata,
        'tokenizer.ggml.eos_token_id': u32(vocabulary.idOf('<|endoftext|>')),
        'tokenizer.ggml.add_eos_token': bool(true),
      },
    },
  };
}

/** Large enough that a step takes a while, small enough to be written in a second: about 30 million weights. */
export function qwen3At30Million(): Family {
  const shape = { layers: 10, width: 512, heads: 8, keyValueHeads: 4, headWidth: 64, hidden: 1536 };
  const family = dense(shape, qwenVocabulary());
  return { ...family, keys: { ...family.keys, context_length: u32(16_384) } };
}

/** Qwen 3 with experts. */
export function qwen3moe(): Family {
  const vocabulary = qwenVocabulary();
  const expertWidth = 32;
  return {
    ...chat(vocabulary),
    architecture: 'qwen3moe',
    keys: {
      ...decoderKeys(tiny),
      'rope.freq_base': f32(1_000_000),
      expert_count: u32(8),
      expert_used_count: u32(2),
      expert_feed_forward_length: u32(expertWidth),
    },
    tensors: [
      ...frame(tiny.width, vocabulary.size, { head: true }),
      ...layers(tiny.layers, (block) => [
        ...attention(block, tiny),
        ...headNorms(block, tiny.headWidth),
        norm(`${block}.ffn_norm`, tiny.width),
        ...experts(block, tiny.width, { count: 8, hidden: expertWidth }),
      ]),
    ],
  };
}

function dense(shape: DecoderShape, vocabulary: Vocabulary): Family {
  return {
    ...chat(vocabulary),
    architecture: 'qwen3',
    keys: { ...decoderKeys(shape), 'rope.freq_base': f32(1_000_000) },
    tensors: [
      ...frame(shape.width, vocabulary.size, { head: false }),
      ...layers(shape.layers, (block) => [
        ...attention(block, shape),
        ...headNorms(block, shape.headWidth),
        ...gatedFeedForward(block, shape.width, shape.hidden),
      ]),
    ],
  };
}

function qwenVocabulary(size?: number): Vocabulary {
  return byteLevelVocabulary({
    cut: 'qwen2',
    control: ['<|endoftext|>', '<|im_start|>', '<|im_end|>'],
    userDefined: ['<tool_call>', '</tool_call>', '<think>', '</think>'],
    beginOfSequence: '<|endoftext|>',
    endOfSequence: '<|im_end|>',
    ...(size === undefined ? {} : { size }),
  });
}

function chat(vocabulary: Vocabulary) {
  return {
    vocabulary,
    endToken: '<|im_end|>',
    chatTemplate:
      '{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}' +
      '<|im_start|>assistant{{ "\n" }}',
  };
}
