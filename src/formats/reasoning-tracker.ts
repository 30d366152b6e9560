import { AnswerSpans, type SpanKind } from './answer/answer-spans.ts';
import { promptStateOf } from './answer/prompt-state.ts';
import { createAnswerParser, type AnswerParser, type ParserOptions } from './answer-parser.ts';
import type { OutputFormat } from './output-format.ts';

/** A stretch of an answer as it was written. */
export interface AnswerPiece {
  readonly text: string;
  readonly kind: SpanKind;
}

interface TokenText {
  /** What the token completed: nothing, where it ends inside a character. */
  readonly text: string;
  /** Whether the model chose it; what was written in its place counts as no reasoning. */
  readonly isOwn?: boolean;
}

/**
 * Follows an answer token by token and tells its reasoning from the rest, as the parser of the format would: it is
 * that parser who decides. A call that begins within reasoning ends it.
 */
export class ReasoningTracker {
  readonly #parser: AnswerParser;
  readonly #spans: AnswerSpans;
  /** What is not decided yet, and where it begins. */
  #text: string;
  #from = 0;
  /** How much of the text stood in the prompt. */
  readonly #given: number;
  /** Where tokens stand that may still turn out to be reasoning. */
  #undecided: { readonly from: number; readonly to: number }[] = [];
  #counted = 0;

  constructor(format: OutputFormat, options: Omit<ParserOptions, 'spans'>) {
    const start = promptStateOf(format, options.promptEnd, options.tools.length > 0);
    this.#spans = new AnswerSpans(start.isReasoning ? 'reasoning' : 'content');
    this.#parser = createAnswerParser(format, { ...options, spans: this.#spans });
    this.#text = start.seed;
    this.#given = start.seed.length;
  }

  /** Whether the model reasons now, and has begun neither a call nor anything else that may end it but a mark. */
  get isReasoning(): boolean {
    return this.#spans.current === 'reasoning';
  }

  /** Tokens of the model's own that hold reasoning. Marks are none; tokens that may become one count until they are. */
  get tokens(): number {
    return this.#counted + (this.isReasoning ? this.#undecided.length : 0);
  }

  /** Text that waits for what follows: perhaps the beginning of a mark. */
  get held(): string {
    return this.#text;
  }

  /** What the token makes certain, in order. */
  push({ text, isOwn = true }: TokenText): AnswerPiece[] {
    const from = this.#from + this.#text.length;
    this.#text += text;
    if (isOwn && text !== '') this.#undecided.push({ from, to: from + text.length });
    else if (isOwn && this.isReasoning) this.#counted++;
    this.#parser.push(text);
    return this.#take();
  }

  /** The rest, once no more text will come. */
  end(): AnswerPiece[] {
    this.#parser.end('cut');
    return this.#take();
  }

  #take(): AnswerPiece[] {
    const pieces: AnswerPiece[] = [];
    for (const { kind, end } of this.#spans.take()) {
      const from = Math.max(this.#from, this.#given);
      const text = this.#text.slice(from - this.#from, Math.max(0, end - this.#from));
      this.#text = this.#text.slice(Math.max(0, end - this.#from));
      this.#from = Math.max(this.#from, end);
      if (text === '') continue;
      pieces.push({ text, kind });
      this.#count(kind, end);
    }
    return pieces;
  }

  /** A token is reasoning if any character of it is. */
  #count(kind: SpanKind, end: number): void {
    const isReasoning = kind === 'reasoning';
    const rest = this.#undecided.filter(({ from, to }) => (isReasoning ? from : to - 1) >= end);
    if (isReasoning) this.#counted += this.#undecided.length - rest.length;
    this.#undecided = rest;
  }
}
