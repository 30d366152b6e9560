import { endSymbol, ruleOf, type CompiledGrammar } from './compile-gbnf.ts';
import type { Frame, RestSet, RestSets } from './rest-sets.ts';

/** A symbol of bytes that may be read next, where it stands, and what follows its rule. */
export interface Entry {
  readonly symbol: number;
  readonly position: number;
  readonly rests: RestSet;
}

/** A grammar leaves so much open at once that following it would take too long. */
export class TooAmbiguous extends Error {
  override readonly name = 'TooAmbiguous';
}

/** Steps that one state may take to find; those of JSON take some dozens. */
const mostSteps = 12_000;
/** Positions are below this in the key of an entry. */
const positionsEnd = 2 ** 20;

/** Finds all that may be read next: where a reading stands before a rule, what that rule begins with. */
export class StateClosure {
  accepts = false;
  steps = 0;
  readonly #grammar: CompiledGrammar;
  readonly #rests: RestSets;
  readonly #entries = new Map<number, { symbol: number; position: number; frames: Set<Frame> }>();
  readonly #pending: { position: number; rests: RestSet }[] = [];
  readonly #seen = new Set<number>();
  /** Rules to open, the lowest rank first, and what follows each. None is opened before all of that is known. */
  readonly #opening: { rank: number; rule: number; frames: Set<Frame> }[] = [];

  constructor(grammar: CompiledGrammar, rests: RestSets) {
    this.#grammar = grammar;
    this.#rests = rests;
  }

  /** A reading that stands before the whole grammar. */
  begin(): void {
    this.#open(0, this.#rests.end.frames);
    if (this.#grammar.isOptional[0] === 1) this.accepts = true;
  }

  /** A reading that stands inside or before a symbol of bytes. */
  keep({ symbol, position, rests }: Entry): void {
    const key = symbol * positionsEnd + position;
    const known = this.#entries.get(key) ?? { symbol, position, frames: new Set<Frame>() };
    this.#entries.set(key, known);
    this.#spend(1 + rests.frames.length);
    for (const frame of rests.frames) known.frames.add(frame);
  }

  /** A reading that has finished the symbol before a position. */
  goOn(position: number, rests: RestSet): void {
    this.#pending.push({ position, rests });
  }

  /** What was found; each entry once, with all that may follow it. */
  finish(): Entry[] {
    for (let item = this.#pending.pop(); item !== undefined; item = this.#pending.pop()) {
      const key = item.rests.id * positionsEnd + item.position;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.#walk(item.position, item.rests, undefined);
    }
    const { alternatives, rules } = this.#grammar;
    // The list grows while it is walked, at its end only.
    for (let next = this.#opening.pop(); next !== undefined; next = this.#opening.pop()) {
      const { rule } = next;
      const rests = this.#rests.of(next.frames);
      for (let at = rules[rule] ?? 0; at < (rules[rule + 1] ?? 0); at++) {
        this.#walk(alternatives[at] ?? 0, rests, rule);
      }
    }
    return Array.from(this.#entries.values(), ({ symbol, position, frames }) => ({
      symbol,
      position,
      rests: this.#rests.of(frames),
    }));
  }

  /**
   * Goes through an alternative as far as it may be empty. `opened`: the rule that begins here; that all of it is empty
   * was considered where it was opened.
   */
  #walk(from: number, rests: RestSet, opened: number | undefined): void {
    const { symbols, isOptional } = this.#grammar;
    for (let position = from; ; position++) {
      this.#spend(1);
      const symbol = symbols[position] ?? endSymbol;
      if (symbol >= 0) return this.keep({ symbol, position, rests });
      if (symbol === endSymbol) {
        if (opened === undefined) this.#leave(rests);
        return;
      }
      const rule = ruleOf(symbol);
      // At the end of an alternative what follows is what followed before: a loop does not pile up.
      const isLast = symbols[position + 1] === endSymbol;
      if (rule !== opened) this.#open(rule, isLast ? rests.frames : [this.#rests.frame(position + 1, rests)]);
      if (isOptional[rule] === 0) return;
    }
  }

  #leave(rests: RestSet): void {
    for (const frame of rests.frames) {
      this.#spend(1);
      if (frame.position < 0) this.accepts = true;
      else this.goOn(frame.position, frame.rests);
    }
  }

  #open(rule: number, frames: readonly Frame[]): void {
    const rank = this.#grammar.ranks[rule] ?? 0;
    // Ranks descend, so that the next is the last. There are few at a time.
    let at = this.#opening.length;
    while (at > 0 && (this.#opening[at - 1]?.rank ?? 0) < rank) at--;
    const before = this.#opening[at - 1];
    this.#spend(1 + frames.length + this.#opening.length - at);
    if (before?.rule === rule) for (const frame of frames) before.frames.add(frame);
    else this.#opening.splice(at, 0, { rank, rule, frames: new Set(frames) });
  }

  #spend(steps: number): void {
    this.steps += steps;
    if (this.steps > mostSteps) throw new TooAmbiguous('The grammar leaves too much open at once.');
  }
}
