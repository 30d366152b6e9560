import type { CallTrigger } from '../formats/call-grammar.ts';
import { TooAmbiguous } from '../formats/grammar/close-state.ts';
import type { GrammarAutomaton, GrammarState } from '../formats/grammar/grammar-automaton.ts';
import { permittedTokens } from './permitted-tokens.ts';
import type { TokenTexts } from './token-texts.ts';
import { createTrigger } from './trigger.ts';

/**
 * Follows a text and says how it may go on. Ends of generation are permitted only where the text is complete. Any
 * call may throw TooAmbiguous, for grammars that a client wrote so.
 */
export interface Grammar {
  /** Whether the grammar permits this token next. Costs a microsecond where texts were before, else some. */
  permits(token: number): boolean;
  /** All tokens that it permits, in no order. Looks at the whole vocabulary: for when likely ones were refused. */
  permitted(): Int32Array;
  /** Takes note of a chosen token. Throws a RangeError when it is not permitted. */
  accept(token: number): void;
}

interface GrammarOptions {
  /** Shared by all who follow the same grammar. */
  readonly automaton: GrammarAutomaton;
  /** What the grammar waits for: until it occurs everything is permitted, and the grammar begins with it. */
  readonly trigger?: CallTrigger | undefined;
  readonly tokens: TokenTexts;
}

/** Steps that looking for one token may take: some ten milliseconds. Under a schema it is hundreds, thousands at most. */
const mostSteps = 80_000;

/** Creates a follower at the grammar's beginning, or one that waits for a trigger. */
export function createGrammar({ automaton, trigger: awaited, tokens }: GrammarOptions): Grammar {
  const trigger = awaited && createTrigger(awaited);
  /** Steps beside what is remembered that were taken for the next token. */
  let spent = 0;
  const counted = <Result>(look: (check: () => void) => Result): Result => {
    const before = automaton.steps;
    const check = () => {
      if (spent + automaton.steps - before <= mostSteps) return;
      throw new TooAmbiguous('The grammar leaves too much open at once.');
    };
    const result = look(check);
    check();
    spent += automaton.steps - before;
    return result;
  };
  const run = (from: GrammarState, bytes: Uint8Array) => counted(() => automaton.run(from, bytes));
  /** Undefined while it waits. */
  let state: GrammarState | undefined = awaited === undefined ? automaton.start : undefined;

  /** Where a token leads; null: it is refused; undefined: on waiting. */
  const after = (token: number): GrammarState | null | undefined => {
    if (token < 0 || token >= tokens.size) return null;
    const bytes = tokens.bytes(token);
    if (state !== undefined) return bytes.length === 0 ? null : run(state, bytes);
    const constrained = trigger?.find(bytes);
    return constrained === undefined ? undefined : run(automaton.start, constrained);
  };
  const permits = (token: number): boolean => {
    if (!tokens.ends.has(token)) return after(token) !== null;
    // An end may be a mark that the grammar asks for, and that ends the text with it.
    return state === undefined || state.accepts || after(token)?.accepts === true;
  };
  return {
    permits,
    permitted() {
      const ends = [...tokens.ends].filter(permits);
      if (state === undefined) {
        return Int32Array.from({ length: tokens.size }, (_, token) => token).filter(permits);
      }
      const from = state;
      const others = counted((check) => permittedTokens(automaton, from, tokens, check));
      const all = new Int32Array(others.length + ends.length);
      all.set(others);
      all.set(ends, others.length);
      return all;
    },
    accept(token) {
      if (!permits(token)) throw new RangeError(`The grammar does not permit token ${token}.`);
      const next = after(token);
      if (state === undefined) trigger?.note(tokens.bytes(token));
      spent = 0;
      // After an end nothing follows.
      if (next !== null && next !== undefined) state = next;
    },
  };
}
