import { byteCharacters } from './byte-characters.ts';
import { bool, i32s, strings, text, u32 } from './metadata.ts';
import { tokenTypes } from './token-types.ts';
import { idIn, words, type Vocabulary } from './vocabulary.ts';

export interface ByteLevelOptions {
  /** How text is cut before merging, by llama.cpp's name: each family trained with its own rule. */
  readonly cut: string;
  /** Tokens with a meaning beyond their text, in the order of their ids after all others. */
  readonly control: readonly string[];
  readonly userDefined?: readonly string[];
  readonly beginOfSequence: string;
  readonly addsBeginOfSequence?: boolean;
  readonly endOfSequence: string;
  /** The vocabulary's size with everything, filled up with made-up syllables; absent: no more than needed. */
  readonly size?: number;
}

/** A byte-level BPE vocabulary: every byte is a token, and merges spell out `words`, with and without a space in front. */
export function byteLevelVocabulary(options: ByteLevelOptions): Vocabulary {
  const { control, userDefined = [], size = 0 } = options;
  const tokens = new Set(byteCharacters());
  const merges: string[] = [];
  const merge = (left: string, right: string) => {
    if (tokens.has(left + right)) return;
    tokens.add(left + right);
    merges.push(`${left} ${right}`);
  };
  for (const word of words) {
    for (const spelled of [`${space}${word}`, word]) {
      for (let end = 1; end < spelled.length; end++) merge(spelled.slice(0, end), spelled.charAt(end));
    }
  }
  for (const [left, right] of syllables()) {
    if (tokens.size + control.length + userDefined.length >= size) break;
    merge(left, right);
  }
  const plain = tokens.size;
  const all = [...tokens, ...control, ...userDefined];
  const idOf = (token: string) => idIn(all, token);
  return {
    size: all.length,
    idOf,
    metadata: {
      'tokenizer.ggml.model': text('gpt2'),
      'tokenizer.ggml.pre': text(options.cut),
      'tokenizer.ggml.tokens': strings(all),
      'tokenizer.ggml.token_type': i32s(
        all.map((_, id) =>
          id < plain ? tokenTypes.normal : id < plain + control.length ? tokenTypes.control : tokenTypes.userDefined,
        ),
      ),
      'tokenizer.ggml.merges': strings(merges),
      'tokenizer.ggml.bos_token_id': u32(idOf(options.beginOfSequence)),
      'tokenizer.ggml.eos_token_id': u32(idOf(options.endOfSequence)),
      'tokenizer.ggml.add_bos_token': bool(options.addsBeginOfSequence ?? false),
    },
  };
}

/** How the byte of a space is written. */
const space = 'Ġ';

/** Merges of letters into pairs, pairs into triples and quadruples: about half a million tokens. */
function* syllables(): Generator<readonly [string, string]> {
  const letters = Array.from({ length: 26 }, (_, at) => String.fromCharCode(0x61 + at));
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  for (const letter of letters) yield [space, letter];
  for (const pair of pairs) yield [pair.charAt(0), pair.charAt(1)];
  for (const pair of pairs) yield [space, pair];
  for (const pair of pairs) for (const letter of letters) yield [pair, letter];
  for (const left of pairs) for (const right of pairs) yield [left, right];
}
