import { createHash } from 'node:crypto';
import { bytesOfGrammar } from '../formats/grammar/compile-gbnf.ts';
import { GrammarAutomaton } from '../formats/grammar/grammar-automaton.ts';
import { StateBudget } from '../formats/grammar/state-budget.ts';
import type { GrammarWorker } from './grammar-worker.ts';
import type { GrammarOrder, WrittenGrammar } from './write-grammar.ts';

/** A grammar that answers can be held to, any number at a time. */
export interface ReadyGrammar extends Omit<WrittenGrammar, 'compiled'> {
  readonly automaton: GrammarAutomaton;
}

/** Grammars kept for requests that ask for the same, as those of one application do: so many, and so many bytes. */
const mostKept = 256;
const mostKeptBytes = 32 << 20;
/** What the automata remember together, in steps of finding it: some dozens of megabytes. */
const mostRemembered = 600_000;

/** Has grammars written, each once for all who ask meanwhile, and keeps those that were used last. */
export class Grammars {
  readonly #worker: GrammarWorker;
  readonly #budget = new StateBudget(mostRemembered);
  readonly #kept = new Map<string, { readonly grammar: Promise<ReadyGrammar>; bytes: number }>();
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
    const entry = known ?? { grammar: this.#write(digest, order), bytes: 0 };
    this.#kept.set(digest, entry);
    return entry.grammar;
  }

  async #write(digest: string, order: GrammarOrder): Promise<ReadyGrammar> {
    try {
      const { compiled, ...written } = await this.#worker.write(order);
      this.#keep(digest, bytesOfGrammar(compiled));
      return { ...written, automaton: new GrammarAutomaton(compiled, this.#budget) };
    } catch (failure) {
      this.#kept.delete(digest);
      throw failure;
    }
  }

  #keep(digest: string, bytes: number): void {
    const entry = this.#kept.get(digest);
    if (entry !== undefined) {
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
