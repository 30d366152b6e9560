import { bool, f32s, i32s, strings, text, u32 } from './metadata.ts';
import { tokenTypes } from './token-types.ts';
import { idIn, words, type Vocabulary } from './vocabulary.ts';

export interface SentencePieceOptions {
  /** The first tokens: `unknown` among them, the others have a meaning beyond their text. */
  readonly first: readonly string[];
  readonly unknown: string;
  readonly beginOfSequence: string;
  readonly endOfSequence: string;
  /** Control tokens after all others. */
  readonly control?: readonly string[];
  /** Whether text gets a space in front before it is cut. */
  readonly addsSpace: boolean;
}

/** How SentencePiece writes a space. */
const space = '\u2581';

/**
 * A SentencePiece vocabulary of the BPE kind: a token for each byte to fall back to, pieces that spell out
 * `words` with the best scores, then the printable characters.
 */
export function sentencePieceVocabulary(options: SentencePieceOptions): Vocabulary {
  const { first, unknown, control = [] } = options;
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const pieces = new Set<string>();
  for (const word of words) {
    for (const spelled of [`${space}${word}`, word]) {
      // A piece is reached by joining two others, so each beginning of a word is one.
      for (let end = 2; end <= spelled.length; end++) pieces.add(spelled.slice(0, end));
    }
  }
  const characters = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at));
  for (const character of [space, ...characters]) pieces.add(character);

  const all = [...first, ...bytes, ...pieces, ...control];
  const idOf = (token: string) => idIn(all, token);
  const plain = first.length + bytes.length;
  const typeOf = (id: number) => {
    if (id < first.length) return first[id] === unknown ? tokenTypes.unknown : tokenTypes.control;
    if (id < plain) return tokenTypes.byte;
    return id < plain + pieces.size ? tokenTypes.normal : tokenTypes.control;
  };
  return {
    size: all.length,
    idOf,
    metadata: {
      'tokenizer.ggml.model': text('llama'),
      'tokenizer.ggml.pre': text('default'),
      'tokenizer.ggml.tokens': strings(all),
      'tokenizer.ggml.scores': f32s(all.map((_, id) => (typeOf(id) === tokenTypes.normal ? plain - id : 0))),
      'tokenizer.ggml.token_type': i32s(all.map((_, id) => typeOf(id))),
      'tokenizer.ggml.unknown_token_id': u32(idOf(unknown)),
      'tokenizer.ggml.bos_token_id': u32(idOf(options.beginOfSequence)),
      'tokenizer.ggml.eos_token_id': u32(idOf(options.endOfSequence)),
      'tokenizer.ggml.add_bos_token': bool(true),
      'tokenizer.ggml.add_space_prefix': bool(options.addsSpace),
    },
  };
}
