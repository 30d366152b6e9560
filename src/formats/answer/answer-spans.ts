/** What a stretch of an answer is, as it was written. A mark, or a header, stands around the others and is neither. */
export type SpanKind = 'reasoning' | 'content' | 'mark';

export interface Span {
  readonly kind: SpanKind;
  /** Where it ends, in characters from where the reading began. */
  readonly end: number;
}

/**
 * The stretches that a reader of an answer went through, told by the reader itself so that both always agree. Calls
 * are content: they are no reasoning.
 */
export class AnswerSpans {
  #kind: SpanKind;
  /** Where each kind begins, behind what was taken. */
  #turns: { readonly kind: SpanKind; readonly at: number }[] = [];
  #heldFrom: number | undefined;
  #reached = 0;

  constructor(kind: SpanKind) {
    this.#kind = kind;
  }

  /** What is being written now; undefined while that depends on what follows. */
  get current(): SpanKind | undefined {
    return this.#heldFrom === undefined ? (this.#turns.at(-1)?.kind ?? this.#kind) : undefined;
  }

  /** From `at` on the answer is of this kind. */
  turn(kind: SpanKind, at: number): void {
    this.#turns.push({ kind, at });
  }

  /** What stands from `at` on is decided later. */
  hold(at: number): void {
    this.#heldFrom = at;
  }

  /** What was held is of this kind; without one, it is what stands before it. */
  decide(kind?: SpanKind): void {
    if (kind !== undefined && this.#heldFrom !== undefined) this.turn(kind, this.#heldFrom);
    this.#heldFrom = undefined;
  }

  /** All up to here was read. */
  reach(offset: number): void {
    this.#reached = Math.max(this.#reached, offset);
  }

  /** What is certain and was not taken before, in order; empty stretches are left out. */
  take(): Span[] {
    const until = this.#heldFrom ?? this.#reached;
    const spans: Span[] = [];
    for (const { kind, at } of this.#turns.splice(0)) {
      spans.push({ kind: this.#kind, end: Math.min(at, until) });
      this.#kind = kind;
    }
    spans.push({ kind: this.#kind, end: until });
    return spans;
  }
}
