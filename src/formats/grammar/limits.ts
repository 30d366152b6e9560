import { UnsupportedSchema } from './unsupported-schema.ts';

/** Bounds on what a client's schema may cost. Generous for schemas that people write, tight for hostile ones. */
export const limits = {
  /** Of the schema's JSON text, about. */
  schemaBytes: 256 * 1024,
  /** Of the schema's JSON value; a level of an object schema takes two. */
  schemaDepth: 128,
  /** Objects and arrays within the schema. */
  schemaNodes: 10_000,
  /** Schemas that refer to, or consist of, each other in a row without going into a value. */
  referenceDepth: 300,
  /** Values of all enumerations together. */
  enumValues: 2000,
  /** As in reliability.md 2.3: 1 kB, nesting of 16, repetitions of 1,000. */
  patternLength: 1024,
  patternNesting: 16,
  patternRepeat: 1000,
  /** Of one nondeterministic automaton, of one deterministic one. */
  patternStates: 2500,
  automatonStates: 1000,
  /** Of a pattern within lengths: longer texts than it allows for are not written. */
  boundedStates: 700,
  /** What llama.cpp expands of one `{m,n}`; a greater maximum silently becomes none (llama-grammar.cpp). */
  repetition: 2000,
  /** What blocks of repetitions may amount to. */
  blockRepetition: 1_000_000,
  /** Of all repetitions in a grammar: each is a rule in the native parser. */
  repetitions: 30_000,
  /** Ways to combine the alternatives of one value. */
  alternatives: 128,
  /** Splits of a key's language by `patternProperties`. */
  keyGroups: 8,
  /** States of one object's members where their number counts. */
  memberStates: 2000,
  /** Of a grammar that a client writes. */
  clientGrammarBytes: 64 * 1024,
  /** Of the finished text, and of what one schema adds to it. */
  grammarBytes: 512 * 1024,
  schemaGrammarBytes: 80 * 1024,
  /** Steps of work for one schema, some tens of milliseconds: one with many formats takes a third of it. */
  work: 220_000,
  /** Of all schemas of one request. */
  requestWork: 2_000_000,
} as const;

/** What the schemas of one request may still cost together. */
export class RequestBudget {
  #work: number = limits.requestWork;

  /** Takes note of work; false when there was too much of it. */
  spend(steps: number): boolean {
    this.#work -= steps;
    return this.#work >= 0;
  }
}

/** What one schema may still cost. */
export class Budget {
  readonly #request: RequestBudget;
  #work: number = limits.work;
  #repetitions: number = limits.repetitions;

  constructor(request: RequestBudget = new RequestBudget()) {
    this.#request = request;
  }

  /** Takes note of work; throws when there was too much of it. */
  spend(steps: number): void {
    this.#work -= steps;
    if (!this.#request.spend(steps) || this.#work < 0)
      throw new UnsupportedSchema('$schema', '', 'it takes too much work to make a grammar of it.');
  }

  spendRepetitions(count: number): void {
    this.#repetitions -= count;
    if (this.#repetitions < 0) throw new UnsupportedSchema('$schema', '', 'its lengths and counts add up to too much.');
  }
}
