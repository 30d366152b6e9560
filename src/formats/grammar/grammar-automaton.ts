import { complete, firstClass, refused } from './byte-classes.ts';
import { StateClosure, type Entry } from './close-state.ts';
import { firstClassSymbol, type CompiledGrammar } from './compile-gbnf.ts';
import { RestSets } from './rest-sets.ts';
import type { StateBudget } from './state-budget.ts';

/** Where a text stands in a grammar. Equal states are the same object as long as nothing was forgotten. */
export interface GrammarState {
  /** Whether the text may end here. */
  readonly accepts: boolean;
  readonly entries: readonly Entry[];
  /** Where bytes lead, as far as that was asked; null: they are refused. */
  readonly next: Map<number, GrammarState | null>;
  /** Holds all of that in place of `next`, by byte, where it was asked for many. */
  table: (GrammarState | null | undefined)[] | undefined;
}

/** What a state itself takes, in steps. */
const stateSteps = 10;
/** What its table takes, of 256 references. */
const tableSteps = 20;
/** Bytes up to which a state needs no table: most states are passed through once. */
const fewBytes = 12;

/**
 * Follows texts through a grammar byte by byte, all readings at once. Readings that stand at the same place are one,
 * whatever follows them, so that a state is bounded by the grammar and not by the text. Where a byte leads is found
 * once and remembered: where any text was before, a byte costs a look-up.
 */
export class GrammarAutomaton {
  readonly #grammar: CompiledGrammar;
  readonly #budget: StateBudget;
  readonly #rests = new RestSets();
  readonly #states = new Map<string, GrammarState>();
  #epoch: number;
  #start: GrammarState | undefined;
  /** Steps taken so far to find what was not remembered. */
  steps = 0;

  constructor(grammar: CompiledGrammar, budget: StateBudget) {
    this.#grammar = grammar;
    this.#budget = budget;
    this.#epoch = budget.epoch;
  }

  /** The state before any text. */
  get start(): GrammarState {
    this.#forgetWhenTold();
    if (this.#start === undefined) {
      const closure = new StateClosure(this.#grammar, this.#rests);
      closure.begin();
      this.#start = this.#finish(closure);
    }
    return this.#start;
  }

  /** The state after one more byte; null when no text of the grammar has it there. Throws TooAmbiguous. */
  step(state: GrammarState, byte: number): GrammarState | null {
    const known = state.table === undefined ? state.next.get(byte) : state.table[byte];
    if (known !== undefined) return known;
    this.#forgetWhenTold();
    const { classes } = this.#grammar;
    const closure = new StateClosure(this.#grammar, this.#rests);
    let isRefused = true;
    for (const { symbol, position, rests } of state.entries) {
      const outcome =
        symbol >= firstClassSymbol
          ? (classes[(symbol - firstClassSymbol) * 256 + byte] ?? refused)
          : symbol === byte
            ? complete
            : refused;
      if (outcome === refused) continue;
      isRefused = false;
      if (outcome === complete) closure.goOn(position + 1, rests);
      else closure.keep({ symbol: outcome - firstClass + firstClassSymbol, position, rests });
    }
    const next = isRefused ? null : this.#finish(closure);
    this.#remember(state, byte, next);
    return next;
  }

  /** The state after some bytes. */
  run(from: GrammarState, bytes: Uint8Array): GrammarState | null {
    let state: GrammarState | null = from;
    for (let at = 0; at < bytes.length && state !== null; at++) state = this.step(state, bytes[at] ?? 0);
    return state;
  }

  #remember(state: GrammarState, byte: number, next: GrammarState | null): void {
    if (state.table !== undefined) {
      state.table[byte] = next;
      return;
    }
    state.next.set(byte, next);
    if (state.next.size <= fewBytes) return;
    state.table = Array.from({ length: 256 }, (_, at) => state.next.get(at));
    state.next.clear();
    this.#budget.add(tableSteps);
  }

  #finish(closure: StateClosure): GrammarState {
    const entries = closure.finish();
    this.steps += closure.steps;
    const parts = entries.map(({ symbol, position, rests }) => `${symbol}.${position}.${rests.id}`);
    const key = `${closure.accepts ? '$' : ''}${parts.toSorted().join()}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const state: GrammarState = { accepts: closure.accepts, entries, next: new Map(), table: undefined };
    this.#states.set(key, state);
    this.#budget.add(stateSteps + closure.steps);
    return state;
  }

  #forgetWhenTold(): void {
    if (this.#epoch === this.#budget.epoch) return;
    this.#epoch = this.#budget.epoch;
    this.#states.clear();
    this.#rests.forget();
    this.#start = undefined;
  }
}
