import { i32s, strings, text, u32 } from './metadata.ts';
import { tokenTypes } from './token-types.ts';
import { idIn, words, type Vocabulary } from './vocabulary.ts';

/** Marks the beginning of a word; BERT's files mark what continues one (`##`) and converters turn that around. */
const wordStart = '\u2581';

/** BERT's WordPiece vocabulary, lower case: `words` as wholes, and single letters that begin or continue any other. */
export function wordPieceVocabulary(): Vocabulary {
  const control = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
  const characters = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at)).filter(
    (character) => character === character.toLowerCase(),
  );
  const pieces = new Set([...words, ...characters].map((piece) => wordStart + piece));
  const all = [...control, ...pieces, ...characters];
  const idOf = (token: string) => idIn(all, token);
  return {
    size: all.length,
    idOf,
    metadata: {
      'tokenizer.ggml.model': text('bert'),
      'tokenizer.ggml.pre': text('default'),
      'tokenizer.ggml.token_type_count': u32(2),
      'tokenizer.ggml.tokens': strings(all),
      'tokenizer.ggml.token_type': i32s(
        all.map((token, id) =>
          id >= control.length ? tokenTypes.normal : token === '[UNK]' ? tokenTypes.unknown : tokenTypes.control,
        ),
      ),
      'tokenizer.ggml.bos_token_id': u32(idOf('[CLS]')),
      'tokenizer.ggml.eos_token_id': u32(idOf('[SEP]')),
      'tokenizer.ggml.cls_token_id': u32(idOf('[CLS]')),
      'tokenizer.ggml.unknown_token_id': u32(idOf('[UNK]')),
      'tokenizer.ggml.seperator_token_id': u32(idOf('[SEP]')),
      'tokenizer.ggml.padding_token_id': u32(idOf('[PAD]')),
      'tokenizer.ggml.mask_token_id': u32(idOf('[MASK]')),
    },
  };
}
