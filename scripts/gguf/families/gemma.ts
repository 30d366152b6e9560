import { attention, frame, gatedFeedForward, headNorms, layers } from '../blocks.ts';
import { decoderKeys, tiny, type Family } from '../family.ts';
import { f32, u32 } from '../metadata.ts';
import { sentencePieceVocabulary } from '../sentence-piece-vocabulary.ts';
import { norm, type TensorPlan } from '../tensor-plan.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** Tokens that the sliding layers look back: few, so that tests leave the window soon. */
const window = 16;

/** Gemma 2: every other layer slides, scores and logits are capped. */
export function gemma2(): Family {
  const vocabulary = gemmaVocabulary();
  return {
    ...chat(vocabulary),
    architecture: 'gemma2',
    keys: {
      ...decoderKeys(tiny),
      'attention.sliding_window': u32(window),
      attn_logit_softcapping: f32(50),
      final_logit_softcapping: f32(30),
    },
    tensors: [...gemmaFrame(vocabulary), ...layers(tiny.layers, sandwichLayer)],
  };
}

/** Gemma 3: most layers slide, with rotations of their own; norms over queries and keys. */
export function gemma3(): Family {
  return gemma3With(gemmaVocabulary());
}

/** The same with the marks that stand around an image. */
export function gemma3Vision(): Family {
  return gemma3With(gemmaVocabulary(['<start_of_image>', '<end_of_image>']));
}

function gemma3With(vocabulary: Vocabulary): Family {
  const shape = { ...tiny, layers: 3 };
  return {
    ...chat(vocabulary),
    architecture: 'gemma3',
    keys: {
      ...decoderKeys(shape),
      'rope.freq_base': f32(1_000_000),
      'rope.freq_base_swa': f32(10_000),
      'attention.sliding_window': u32(window),
      // One full layer in six, as real files have it without this key, would be none of three.
      'attention.sliding_window_pattern': u32(3),
    },
    tensors: [
      ...gemmaFrame(vocabulary),
      ...layers(shape.layers, (block) => [...sandwichLayer(block), ...headNorms(block, shape.headWidth)]),
    ],
  };
}

function gemmaFrame(vocabulary: Vocabulary): TensorPlan[] {
  return frame(tiny.width, vocabulary.size, { head: false, embeddingFactor: 1 / Math.sqrt(tiny.width) });
}

/** Norms before and after attention and feed-forward. */
function sandwichLayer(block: string): TensorPlan[] {
  return [
    ...attention(block, tiny),
    norm(`${block}.post_attention_norm`, tiny.width),
    ...gatedFeedForward(block, tiny.width, tiny.hidden),
    norm(`${block}.post_ffw_norm`, tiny.width),
  ];
}

function gemmaVocabulary(more: readonly string[] = []): Vocabulary {
  return sentencePieceVocabulary({
    first: ['<pad>', '<eos>', '<bos>', '<unk>', '<start_of_turn>', '<end_of_turn>', ...more],
    unknown: '<unk>',
    beginOfSequence: '<bos>',
    endOfSequence: '<eos>',
    addsSpace: false,
  });
}

function chat(vocabulary: Vocabulary) {
  return {
    vocabulary,
    endToken: '<end_of_turn>',
    chatTemplate:
      '{{ bos_token }}{% for m in messages %}<start_of_turn>' +
      '{{ "model" if m.role == "assistant" else "user" }}\n{{ m.content | trim }}<end_of_turn>\n{% endfor %}' +
      '<start_of_turn>model{{ "\n" }}',
  };
}
