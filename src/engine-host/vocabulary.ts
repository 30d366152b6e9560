import type { LibLlama, Pointer } from './libllama/bindings.ts';

/** Bits of `llama_token_attr` in llama.h. */
const attributes = { control: 1 << 3, userDefined: 1 << 4 };

/** A model's tokenizer: text to token ids and back to bytes. */
export interface Vocabulary {
  readonly size: number;
  /** Ids that end a generation, all of them. */
  readonly endOfGeneration: readonly number[];
  readonly beginOfSequence: { readonly id: number; readonly text: string; readonly isAdded: boolean };
  readonly endOfSequenceText: string;
  /** Ids of control tokens. */
  readonly controlTokens: readonly number[];
  /** Texts that stand for control tokens (`<|im_end|>`), and for tokens the template or user defined. */
  readonly controlTexts: readonly string[];
  readonly userDefinedTexts: readonly string[];
  /**
   * `parseSpecial` turns the text of control tokens into those tokens; off, it stays plain text. `addSpecial` adds
   * those that the model reads every text with. Default: off.
   */
  tokenize(text: string, parseSpecial: boolean, addSpecial?: boolean): Int32Array;
  /** The same away from the event loop: for texts of any length. */
  tokenizeOffLoop(text: string, parseSpecial: boolean, addSpecial?: boolean): Promise<Int32Array>;
  /** The text of tokens, which must be below `size`; control tokens by their names. Away from the event loop. */
  detokenize(tokens: Int32Array): Promise<string>;
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
  /** What the native functions take. */
  const askedOf = (text: string, parseSpecial: boolean, addSpecial: boolean) => {
    const bytes = Buffer.from(text);
    // No token is shorter than a byte; a leading space and special tokens may be added: length + 8 always suffices.
    const tokens = new Int32Array(bytes.length + 8);
    return [pointer, bytes, bytes.length, tokens, tokens.length, addSpecial, parseSpecial] as const;
  };
  const filled = (tokens: Int32Array, count: number) => {
    if (count < 0) throw new RangeError('The tokenizer returned more tokens than bytes.');
    return tokens.subarray(0, count);
  };
  return {
    size,
    endOfGeneration,
    beginOfSequence: { id: bos, text: textOf(bos), isAdded: library.addsBeginOfSequence(pointer) },
    endOfSequenceText: textOf(library.endOfSequence(pointer)),
    controlTokens,
    controlTexts,
    userDefinedTexts,
    tokenize(text, parseSpecial, addSpecial = false) {
      if (text === '' && !addSpecial) return new Int32Array();
      const asked = askedOf(text, parseSpecial, addSpecial);
      return filled(asked[3], library.tokenize(...asked));
    },
    async tokenizeOffLoop(text, parseSpecial, addSpecial = false) {
      if (text === '' && !addSpecial) return new Int32Array();
      const asked = askedOf(text, parseSpecial, addSpecial);
      return filled(asked[3], await library.tokenizeOffLoop(...asked));
    },
    async detokenize(tokens) {
      if (tokens.length === 0) return '';
      const write = (bytes: Uint8Array) =>
        library.detokenizeOffLoop(pointer, tokens, tokens.length, bytes, bytes.length, false, true);
      let bytes = new Uint8Array(tokens.length * 8 + 64);
      let length = await write(bytes);
      if (length < 0) {
        bytes = new Uint8Array(-length);
        length = await write(bytes);
      }
      return Buffer.from(bytes.buffer, 0, Math.max(0, length)).toString('utf8');
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

/** The same, where all control tokens do: many models have thousands. */
export function showingAll(vocabulary: Vocabulary): Vocabulary {
  const control = new Set(vocabulary.controlTokens);
  return {
    ...vocabulary,
    piece: (token) => (control.has(token) ? Buffer.from(vocabulary.name(token)) : vocabulary.piece(token)),
  };
}
