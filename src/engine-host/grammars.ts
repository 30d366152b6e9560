import { createHash } from 'node:crypto';
import type { GrammarOrder } from '../formats/answer-grammar.ts';
import { bytesOfGrammar } from '../formats/grammar/compile-gbnf.ts';
import { GrammarAutomaton } from '../formats/grammar/grammar-automaton.ts';
import { StateBudget } from '../formats/grammar/state-budget.ts';
import type { GrammarWorker } from './grammar-worker.ts';
import type { WrittenGrammar } from './write-grammar.ts';

/** A grammar that answers can be held to, any number at a time. */
export interface ReadyGrammar extends Omit<WrittenGrammar, 'compiled'> {
  readonly automaton: GrammarAutomaton;
}

/** Grammars kept for requests that ask for the same, as those of one application do: so many, and so many bytes. */
const mostKept = 256;
const mostKeptBytes = 32 << 20;
/** What the automata remember together, in steps of finding it: some dozens of megabytes. */
const mostRemembered = 600_000;

interface Kept {
  readonly grammar: Promise<ReadyGrammar>;
  /** 0 while it is being written. */
  bytes: number;
}

/** Has grammars written, each once for all who ask meanwhile, and keeps those that were used last. */
export class Grammars {
  readonly #worker: GrammarWorker;
  readonly #budget = new StateBudget(mostRemembered);
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(worker: GrammarWorker) {
    this.#worker = worker;
  }

  /** @throws ManifoldError as `writeGrammar` does. */
  of(order: GrammarOrder): Promise<ReadyGrammar> {
    const { format, ...asked } = order;
    const digest = createHash('sha256')
      .update(JSON.stringify([format.name, format.reasoning !== undefined, asked]))
      .digest('base64');
    const known = this.#kept.get(digest);
    // Put back at the end: the first is then the longest unused.
    this.#kept.delete(digest);
    if (known !== undefined) {
      this.#kept.set(digest, known);
      return known.grammar;
    }
    const written = this.#worker.write(order);
    const grammar = written.then(({ compiled, ...rest }) => ({
      ...rest,
      automaton: new GrammarAutomaton(compiled, this.#budget),
    }));
    const entry: Kept = { grammar, bytes: 0 };
    this.#kept.set(digest, entry);
    void written.then(
      ({ compiled }) => this.#note(digest, entry, bytesOfGrammar(compiled)),
      // What was put out meanwhile may have been asked for again.
      () => this.#kept.get(digest) === entry && this.#kept.delete(digest),
    );
    return grammar;
  }

  /** Takes account of what a grammar takes, if it is still kept, and puts out those that are too much. */
  #note(digest: string, entry: Kept, bytes: number): void {
    if (this.#kept.get(digest) === entry) {
      entry.bytes = bytes;
      this.#bytes += bytes;
    }
    for (const [oldest, { bytes: freed }] of this.#kept) {
      if (this.#kept.size <= mostKept && this.#bytes <= mostKeptBytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= freed;
    }
  }
}
