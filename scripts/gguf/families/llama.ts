import { attention, experts, frame, gatedFeedForward, layers } from '../blocks.ts';
import { byteLevelVocabulary } from '../byte-level-vocabulary.ts';
import { decoderKeys, tiny, type Family } from '../family.ts';
import { f32, u32 } from '../metadata.ts';
import { sentencePieceVocabulary } from '../sentence-piece-vocabulary.ts';
import { norm, type TensorPlan } from '../tensor-plan.ts';

/** Llama 3: byte-level tokens, and frequencies that stretch the positions. */
export function llama(): Family {
  const vocabulary = byteLevelVocabulary({
    cut: 'llama-bpe',
    control: ['<|begin_of_text|>', '<|end_of_text|>', '<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'],
    beginOfSequence: '<|begin_of_text|>',
    addsBeginOfSequence: true,
    endOfSequence: '<|eot_id|>',
  });
  return {
    architecture: 'llama',
    keys: { ...decoderKeys(tiny), 'rope.freq_base': f32(500_000) },
    vocabulary,
    endToken: '<|eot_id|>',
    chatTemplate:
      '{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n' +
      '{{ m.content }}<|eot_id|>{% endfor %}<|start_header_id|>assistant<|end_header_id|>{{ "\n\n" }}',
    tensors: [
      ...frame(tiny.width, vocabulary.size, { head: true }),
      norm('rope_freqs', tiny.headWidth / 2),
      ...layers(tiny.layers, denseLayer),
    ],
  };
}

/**
 * Mistral 7B: the llama architecture with SentencePiece tokens. Its first release had a sliding window, which
 * llama.cpp's llama architecture does not know, so files of it carry no key for one.
 */
export function mistral(): Family {
  const vocabulary = sentencePieceVocabulary({ ...mistralTokens, control: ['[INST]', '[/INST]'] });
  return {
    architecture: 'llama',
    keys: { ...decoderKeys(tiny), 'rope.freq_base': f32(1_000_000) },
    vocabulary,
    endToken: '</s>',
    chatTemplate: mistralTemplate,
    tensors: [...frame(tiny.width, vocabulary.size, { head: true }), ...layers(tiny.layers, denseLayer)],
  };
}

/** Mixtral: Mistral with experts; its instruction marks are plain text. */
export function mixtral(): Family {
  const vocabulary = sentencePieceVocabulary(mistralTokens);
  const shape = { ...tiny, hidden: 64 };
  return {
    architecture: 'llama',
    keys: {
      ...decoderKeys(shape),
      'rope.freq_base': f32(1_000_000),
      expert_count: u32(8),
      expert_used_count: u32(2),
    },
    vocabulary,
    endToken: '</s>',
    chatTemplate: mistralTemplate,
    tensors: [
      ...frame(shape.width, vocabulary.size, { head: true }),
      ...layers(shape.layers, (block) => [
        ...attention(block, shape),
        norm(`${block}.ffn_norm`, shape.width),
        ...experts(block, shape.width, { count: 8, hidden: shape.hidden }),
      ]),
    ],
  };
}

export const mistralTokens = {
  first: ['<unk>', '<s>', '</s>'],
  unknown: '<unk>',
  beginOfSequence: '<s>',
  endOfSequence: '</s>',
  addsSpace: true,
} as const;

export const mistralTemplate =
  '{{ bos_token }}{% for m in messages %}{% if m.role == "assistant" %} {{ m.content }}{{ eos_token }}' +
  '{% else %}[INST] {{ m.content }} [/INST]{% endif %}{% endfor %}';

function denseLayer(block: string): TensorPlan[] {
  return [...attention(block, tiny), ...gatedFeedForward(block, tiny.width, tiny.hidden)];
}
