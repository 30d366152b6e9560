import type { LibLlama, Pointer } from './libllama/bindings.ts';

/** Bits of `llama_token_attr` in llama.h. */
const attributes = { control: 1 << 3, userDefined: 1 << 4 };

/** A model's tokenizer: text to token ids and back to bytes. */
export interface Vocabulary {
  readonly size: number;
  readonly pointer: Pointer;
  /** Ids that end a generation, all of them. */
  readonly endOfGeneration: readonly number[];
  readonly beginOfSequence: { readonly id: number; readonly text: string; readonly isAdded: boolean };
  readonly endOfSequenceText: string;
  /** Ids of control tokens. */
  readonly controlTokens: readonly number[];
  /** Texts that stand for control tokens (`<|im_end|>`), and for tokens the template or user defined. */
  readonly controlTexts: readonly string[];
  readonly userDefinedTexts: readonly string[];
  /** `parseSpecial` turns the text of control tokens into those tokens; off, it stays plain text. */
  tokenize(text: string, parseSpecial: boolean): Int32Array;
  /** The bytes a token adds to the text; none for control tokens. */
  piece(token: number): Uint8Array;
  /** What the vocabulary itself calls a token: what stands for a control token, such as `<|im_end|>`. */
  name(token: number): string;
}

export function createVocabulary(library: LibLlama, model: Pointer): Vocabulary {
  const pointer = library.vocabulary(model);
  const size = library.vocabularySize(pointer);
  const endOfGeneration: number[] = [];
  const controlTokens: number[] = [];
  const controlTexts: string[] = [];
  const userDefinedTexts: string[] = [];
  for (let token = 0; token < size; token++) {
    if (library.isEndOfGeneration(pointer, token)) endOfGeneration.push(token);
    const bits = library.vocabularyAttributes(pointer, token);
    if (bits & attributes.control) {
      controlTokens.push(token);
      controlTexts.push(library.vocabularyText(pointer, token));
    } else if (bits & attributes.userDefined) userDefinedTexts.push(library.vocabularyText(pointer, token));
  }
  const textOf = (token: number) => (token >= 0 && token < size ? library.vocabularyText(pointer, token) : '');
  const bos = library.beginOfSequence(pointer);
  let buffer = Buffer.alloc(256);
  return {
    size,
    pointer,
    endOfGeneration,
    beginOfSequence: { id: bos, text: textOf(bos), isAdded: library.addsBeginOfSequence(pointer) },
    endOfSequenceText: textOf(library.endOfSequence(pointer)),
    controlTokens,
    controlTexts,
    userDefinedTexts,
    tokenize(text, parseSpecial) {
      const bytes = Buffer.from(text);
      if (bytes.length === 0) return new Int32Array();
      // No token is shorter than a byte, and a tokenizer may add a leading space: length + 8 always suffices.
      const tokens = new Int32Array(bytes.length + 8);
      const count = library.tokenize(pointer, bytes, bytes.length, tokens, tokens.length, false, parseSpecial);
      if (count < 0) throw new RangeError('The tokenizer returned more tokens than bytes.');
      return tokens.subarray(0, count);
    },
    piece(token) {
      let length = library.tokenToPiece(pointer, token, buffer, buffer.length, 0, false);
      if (length < 0) {
        buffer = Buffer.alloc(-length);
        length = library.tokenToPiece(pointer, token, buffer, buffer.length, 0, false);
      }
      return Uint8Array.from(buffer.subarray(0, Math.max(0, length)));
    },
    name: textOf,
  };
}

/** The same vocabulary, where the control tokens of these texts add their name to the text: a reader looks for them. */
export function showing(vocabulary: Vocabulary, texts: readonly string[]): Vocabulary {
  const known = new Set(vocabulary.controlTexts);
  const shown = new Map<number, Uint8Array>();
  for (const text of texts) {
    const [token, ...rest] = known.has(text) ? vocabulary.tokenize(text, true) : [];
    if (token !== undefined && rest.length === 0) shown.set(token, Buffer.from(text));
  }
  return { ...vocabulary, piece: (token) => shown.get(token) ?? vocabulary.piece(token) };
}
