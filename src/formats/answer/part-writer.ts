import type { AnswerPart } from './answer-part.ts';

/**
 * Collects what a push yields, and decides about white space: none before or after reasoning, none between
 * content and the marks beside it. White space at an end is held until text follows it.
 */
export class PartWriter {
  /** Whether no mark can follow content any more, so that white space there is content at once. */
  readonly #isContentLast: boolean;
  #parts: AnswerPart[] = [];
  #calls = 0;
  readonly #streams = {
    reasoning: { hasBegun: false, trimsStart: true, pending: '', separator: '' },
    content: { hasBegun: false, trimsStart: false, pending: '', separator: '' },
  };

  constructor({ isContentLast }: { readonly isContentLast: boolean }) {
    this.#isContentLast = isContentLast;
  }

  get hasContent(): boolean {
    return this.#streams.content.hasBegun;
  }

  /** Text the prompt already wrote counts as begun. */
  begin(kind: 'reasoning' | 'content'): void {
    this.#streams[kind].hasBegun = true;
  }

  text(kind: 'reasoning' | 'content', written: string): void {
    const stream = this.#streams[kind];
    const body = written.trimEnd();
    if (body === '') {
      if (stream.hasBegun && kind === 'content' && this.#isContentLast) this.#append(kind, written);
      else if (stream.hasBegun || !stream.trimsStart) stream.pending += written;
      return;
    }
    const lead = stream.hasBegun ? stream.separator + stream.pending : stream.pending;
    const text = stream.hasBegun || !stream.trimsStart ? lead + body : body.trimStart();
    stream.separator = '';
    stream.hasBegun = true;
    const isHeld = kind === 'reasoning' || !this.#isContentLast;
    stream.pending = isHeld ? written.slice(body.length) : '';
    this.#append(kind, isHeld ? text : text + written.slice(body.length));
  }

  /** A mark stands here: white space beside it is not content, unless content goes on later. */
  mark(): void {
    for (const stream of Object.values(this.#streams)) {
      if (stream.hasBegun && stream.separator === '' && stream.pending !== '') stream.separator = stream.pending;
      stream.pending = '';
      stream.trimsStart = true;
    }
  }

  /** Another block of the same kind begins: a blank line keeps the two apart. */
  separate(kind: 'reasoning' | 'content'): void {
    if (this.#streams[kind].hasBegun) this.#streams[kind].separator = '\n\n';
  }

  call(name: string, id: string | undefined): number {
    const index = this.#calls++;
    this.#parts.push({ kind: 'call', index, ...(id !== undefined && id !== '' && { id }), name });
    return index;
  }

  argumentsText(index: number, text: string): void {
    const last = this.#parts.at(-1);
    if (text === '') return;
    if (last?.kind === 'arguments' && last.index === index) {
      this.#parts[this.#parts.length - 1] = { ...last, text: last.text + text };
    } else this.#parts.push({ kind: 'arguments', index, text });
  }

  callEnd(index: number): void {
    this.#parts.push({ kind: 'call-end', index });
  }

  /** Delivers white space that only a mark could have made meaningless. */
  finish(): void {
    const { content } = this.#streams;
    if (content.pending !== '' && (content.hasBegun || !content.trimsStart)) this.#append('content', content.pending);
    content.pending = '';
  }

  take(): AnswerPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  #append(kind: 'reasoning' | 'content', text: string): void {
    const last = this.#parts.at(-1);
    if (last?.kind === kind) this.#parts[this.#parts.length - 1] = { kind, text: last.text + text };
    else this.#parts.push({ kind, text });
  }
}
