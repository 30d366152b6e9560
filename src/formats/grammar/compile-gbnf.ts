import { ByteClasses } from './byte-classes.ts';
import { rankRules } from './rank-rules.ts';
import { readGbnf, type GbnfItem, type GbnfRules, type GbnfSequence } from './read-gbnf.ts';
import { UnsupportedGrammar } from './unsupported-grammar.ts';

/**
 * A grammar as a `GrammarAutomaton` follows it, in arrays that move between threads at no cost. A symbol from 0 on is
 * a byte, from 256 on a class of bytes, −1 the end of an alternative, below that a rule.
 */
export interface CompiledGrammar {
  readonly symbols: Int32Array<ArrayBuffer>;
  /** Where alternatives begin among the symbols, and where those of each rule begin among them. The first rule is `root`. */
  readonly alternatives: Int32Array<ArrayBuffer>;
  readonly rules: Int32Array<ArrayBuffer>;
  /** Whether a rule may be empty. */
  readonly isOptional: Uint8Array<ArrayBuffer>;
  /** Rules in an order in which none begins with an earlier one. */
  readonly ranks: Int32Array<ArrayBuffer>;
  readonly classes: Uint16Array<ArrayBuffer>;
}

export const endSymbol = -1;
export const firstClassSymbol = 256;
export const ruleOf = (symbol: number): number => -symbol - 2;
const symbolOf = (rule: number): number => -rule - 2;

/** Optional repetitions up to which each has a rule, and the blocks that more of them are made of. */
const longestChain = 64;
const blockLength = 40;

/** Symbols of a finished grammar, repetitions written out. */
const mostSymbols = 400_000;

/**
 * Compiles a grammar in GBNF. Takes milliseconds for most and tens for the largest that are permitted.
 *
 * @throws UnsupportedGrammar when the text is wrong, a rule begins with itself, or it becomes too large.
 */
export function compileGbnf(source: string, given?: GbnfRules): CompiledGrammar {
  const read = readGbnf(source, given);
  const classes = new ByteClasses();
  const names = new Map<string, number>();
  const bodies: (readonly number[][] | undefined)[] = [];
  /** Rules for repetitions, which may come back to themselves with nothing read. */
  const loops = new Set<number>();
  let size = 0;
  const reserve = () => bodies.push(undefined) - 1;
  const define = (rule: number, body: readonly number[][]) => {
    for (const alternative of body) size += alternative.length + 1;
    if (size > mostSymbols) throw new UnsupportedGrammar('it is too large when its repetitions are written out.');
    bodies[rule] = body;
    return symbolOf(rule);
  };
  const sequence = (items: GbnfSequence): number[] => {
    const symbols: number[] = [];
    // Not spread into a call: a text may be longer than a call takes arguments.
    for (const item of items) for (const symbol of symbolsOf(item)) symbols.push(symbol);
    return symbols;
  };
  const single = (symbols: readonly number[]): number => {
    const [only] = symbols;
    return symbols.length === 1 && only !== undefined ? only : define(reserve(), [[...symbols]]);
  };
  const symbolsOf = (item: GbnfItem): Iterable<number> => {
    switch (item.kind) {
      case 'text':
        return Buffer.from(item.text);
      case 'set':
        return [firstClassSymbol + classes.of(item.set)];
      case 'rule':
        return [symbolOf(names.get(item.name) ?? 0)];
      case 'group':
        return [define(reserve(), item.alternatives.map(sequence))];
      case 'repeat':
        return repeat([...symbolsOf(item.item)], item.min, item.max);
      default:
        return item satisfies never;
    }
  };
  const repeat = (body: readonly number[], min: number, max: number): number[] => {
    if (body.length === 0 || max === 0) return [];
    const symbol = single(body);
    const required = Array.from({ length: min }, () => symbol);
    if (max > min) required.push(max === Infinity ? endless(symbol) : upTo(symbol, max - min));
    return required;
  };
  const endless = (symbol: number): number => {
    const loop = reserve();
    loops.add(loop);
    return define(loop, [[symbol, symbolOf(loop)], []]);
  };
  const upTo = (symbol: number, most: number): number => {
    if (most > longestChain) {
      // Blocks and less than one more, or all the blocks and what is left: dozens of rules instead of thousands.
      const [blocks, left] = [Math.floor(most / blockLength), most % blockLength];
      const block = define(reserve(), [Array.from({ length: blockLength }, () => symbol)]);
      const all = [...Array.from({ length: blocks }, () => block), ...(left > 0 ? [upTo(symbol, left)] : [])];
      return define(reserve(), [[upTo(block, blocks - 1), upTo(symbol, blockLength - 1)], all]);
    }
    let rest: number | undefined;
    for (let count = 0; count < most; count++) {
      rest = define(reserve(), [rest === undefined ? [symbol] : [symbol, rest], []]);
    }
    return rest ?? define(reserve(), [[]]);
  };
  names.set('root', reserve());
  for (const name of read.keys()) if (name !== 'root') names.set(name, reserve());
  for (const [name, alternatives] of read) define(names.get(name) ?? 0, alternatives.map(sequence));

  const tables = flatten(bodies, size);
  const { isOptional, ranks, recursive } = rankRules(tables, loops);
  if (recursive !== undefined) {
    const name = [...names].find(([, rule]) => rule === recursive)?.[0] ?? 'root';
    throw new UnsupportedGrammar(`the rule \`${name}\` begins with itself, and so would never end.`);
  }
  return { ...tables, isOptional, ranks, classes: classes.build() };
}

function flatten(bodies: readonly (readonly number[][] | undefined)[], size: number) {
  const symbols = new Int32Array(size);
  const alternatives = new Int32Array(bodies.reduce((sum, body) => sum + (body?.length ?? 0), 0));
  const rules = new Int32Array(bodies.length + 1);
  let [symbolAt, alternativeAt] = [0, 0];
  for (const [rule, body = []] of bodies.entries()) {
    rules[rule] = alternativeAt;
    for (const alternative of body) {
      alternatives[alternativeAt++] = symbolAt;
      for (const symbol of alternative) symbols[symbolAt++] = symbol;
      symbols[symbolAt++] = endSymbol;
    }
  }
  rules[bodies.length] = alternativeAt;
  return { symbols, alternatives, rules };
}

/** Bytes of memory that a compiled grammar takes. */
export function bytesOfGrammar(grammar: CompiledGrammar): number {
  return Object.values(grammar).reduce((sum: number, table: ArrayBufferView) => sum + table.byteLength, 0);
}
