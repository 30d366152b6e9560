import { frame, fusedAttention, layers } from '../blocks.ts';
import { byteLevelVocabulary } from '../byte-level-vocabulary.ts';
import { decoderKeys, tiny, type DecoderShape, type Family } from '../family.ts';
import { f32, u32 } from '../metadata.ts';
import { sentencePieceVocabulary } from '../sentence-piece-vocabulary.ts';
import { matrix, norm, type TensorPlan } from '../tensor-plan.ts';

/** Phi-3: fused matrices, a head's own keys and values, and factors that stretch positions beyond the first context. */
export function phi3(): Family {
  const shape = { ...tiny, keyValueHeads: tiny.heads };
  const vocabulary = sentencePieceVocabulary({
    first: ['<unk>', '<s>', '</s>'],
    unknown: '<unk>',
    beginOfSequence: '<s>',
    endOfSequence: '<|endoftext|>',
    control: ['<|endoftext|>', '<|assistant|>', '<|system|>', '<|end|>', '<|user|>'],
    addsSpace: true,
  });
  return {
    architecture: 'phi3',
    keys: {
      ...decoderKeys(shape),
      'rope.scaling.original_context_length': u32(1024),
      'rope.scaling.attn_factor': f32(1.05),
      // Written by converters and ignored by llama.cpp, which switched the window off for this architecture.
      'attention.sliding_window': u32(16),
    },
    vocabulary,
    endToken: '<|end|>',
    chatTemplate:
      '{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}<|end|>\n{% endfor %}' +
      '<|assistant|>{{ "\n" }}',
    tensors: [
      ...frame(shape.width, vocabulary.size, { head: true }),
      norm('rope_factors_long', shape.headWidth / 2),
      norm('rope_factors_short', shape.headWidth / 2),
      ...layers(shape.layers, (block) => fusedLayer(block, shape)),
    ],
  };
}

/** Phi-4: the same architecture with shared keys and values, byte-level tokens and no window. */
export function phi4(): Family {
  const vocabulary = byteLevelVocabulary({
    cut: 'dbrx',
    control: ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<|im_sep|>'],
    beginOfSequence: '<|endoftext|>',
    endOfSequence: '<|im_end|>',
  });
  return {
    architecture: 'phi3',
    keys: { ...decoderKeys(tiny), 'rope.freq_base': f32(250_000), 'attention.sliding_window': u32(0) },
    vocabulary,
    endToken: '<|im_end|>',
    chatTemplate:
      '{% for m in messages %}<|im_start|>{{ m.role }}<|im_sep|>{{ m.content }}<|im_end|>{% endfor %}' +
      '<|im_start|>assistant<|im_sep|>',
    tensors: [
      ...frame(tiny.width, vocabulary.size, { head: true }),
      ...layers(tiny.layers, (block) => fusedLayer(block, tiny)),
    ],
  };
}

function fusedLayer(block: string, shape: DecoderShape): TensorPlan[] {
  return [
    ...fusedAttention(block, shape),
    norm(`${block}.ffn_norm`, shape.width),
    // Gate and up are one matrix under the name of the second.
    matrix(`${block}.ffn_up`, shape.width, 2 * shape.hidden),
    matrix(`${block}.ffn_down`, shape.hidden, shape.width),
  ];
}
