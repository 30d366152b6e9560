import { limits } from './limits.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

/**
 * Collects the rules of a grammar under names that are unique and legal in GBNF.
 */
export class GrammarBuilder {
  readonly #bodies = new Map<string, string | undefined>();
  readonly #names = new Map<string, string>();
  readonly #shared = new Map<string, string>();
  readonly #nextNumber = new Map<string, number>();
  #size = 0;

  /** Code units that the rules take together. */
  get size(): number {
    return this.#size;
  }

  /** Adds a rule and returns its name, which differs from the wanted one where that is taken. Equal bodies share a rule. */
  add(name: string, body: string): string {
    const known = this.#names.get(body);
    if (known !== undefined) return known;
    const unique = this.reserve(name);
    this.define(unique, body);
    return unique;
  }

  /** Takes a name for a rule that refers to itself. It must be defined before the grammar is built. */
  reserve(name: string): string {
    const base = name.replaceAll(/[^a-zA-Z0-9-]+/g, '-').slice(0, 40) || 'rule';
    let unique = base;
    let number = this.#nextNumber.get(base) ?? 1;
    while (unique === 'root' || this.#bodies.has(unique)) unique = `${base}-${++number}`;
    this.#nextNumber.set(base, number);
    this.#bodies.set(unique, undefined);
    return unique;
  }

  /** The rule that `create` adds, created once for all who ask with the same key. */
  shared(key: string, create: () => string): string {
    const rule = this.#shared.get(key) ?? create();
    this.#shared.set(key, rule);
    return rule;
  }

  define(name: string, body: string): void {
    this.#bodies.set(name, body);
    if (!this.#names.has(body)) this.#names.set(body, name);
    // Counted in code units: the bodies are ASCII but for literals.
    this.#size += name.length + body.length + 6;
    if (this.#size > limits.grammarBytes) {
      throw new UnsupportedSchema('$schema', '', `its grammar is larger than ${limits.grammarBytes} bytes.`);
    }
  }

  /** The grammar's text. It starts with a rule named `root`, a name that no other rule gets, which is the given one. */
  build(root: string): string {
    const rules = [`root ::= ${root}`];
    for (const [name, body] of this.#bodies) {
      if (body === undefined) throw new RangeError(`The rule ${name} was never defined.`);
      rules.push(`${name} ::= ${body}`);
    }
    return `${rules.join('\n')}\n`;
  }
}
