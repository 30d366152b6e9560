import type { GrammarAutomaton, GrammarState } from '../formats/grammar/grammar-automaton.ts';
import type { TokenTexts } from './token-texts.ts';

/**
 * The tokens with a text that a grammar permits in a state. Goes through the vocabulary as through a tree, so that what
 * begins with something refused costs nothing: some milliseconds for 150,000 tokens where much is permitted. `check` is
 * called often, and may throw when it has become too much.
 */
export function permittedTokens(
  automaton: GrammarAutomaton,
  from: GrammarState,
  tokens: TokenTexts,
  check: () => void,
): Int32Array {
  const { order, shared, all, starts } = tokens;
  const permitted = new Int32Array(order.length);
  const states: GrammarState[] = [from];
  let count = 0;
  /** How long a refused beginning of the last token is. */
  let refusedAt = Infinity;
  for (let at = 0; at < order.length; at++) {
    const common = shared[at] ?? 0;
    if (common >= refusedAt) continue;
    const token = order[at] ?? 0;
    const start = starts[token] ?? 0;
    const length = (starts[token + 1] ?? 0) - start;
    refusedAt = Infinity;
    for (let depth = common; depth < length; depth++) {
      const next = automaton.step(states[depth] ?? from, all[start + depth] ?? 0);
      if (next === null) {
        refusedAt = depth + 1;
        break;
      }
      states[depth + 1] = next;
    }
    if (refusedAt === Infinity) permitted[count++] = token;
    check();
  }
  return permitted.slice(0, count);
}
