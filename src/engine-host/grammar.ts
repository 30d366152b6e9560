import { ManifoldError } from '../errors.ts';
import type { CallTrigger } from '../formats/call-grammar.ts';
import type { Candidates } from './candidates.ts';
import type { LibLlama, Pointer } from './libllama/bindings.ts';
import { createTrigger } from './trigger.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Follows a text and says how it may go on. Ends of generation are permitted only where the text is complete. */
export interface Grammar {
  /** Whether the grammar permits this token next. Costs microseconds: one candidate. */
  permits(token: number): boolean;
  /**
   * Leaves only permitted tokens in a row of logits, the others −∞. Looks at the whole vocabulary: for when the
   * sampled token was refused.
   */
  mask(logits: Float32Array): void;
  /** Takes note of a chosen token. Throws a RangeError when it is not permitted: the native code would abort. */
  accept(token: number): void;
  free(): void;
}

interface GrammarOptions {
  /** GBNF; its first rule is `root`. */
  readonly text: string;
  /** What the grammar waits for: until it occurs everything is permitted, and the grammar begins with it. */
  readonly trigger?: CallTrigger | undefined;
  /** Shared by the grammars of a vocabulary. */
  readonly candidates: Candidates;
}

/** Parentheses within parentheses; the native parser recurses, and some hundreds crash it (engine.md 12.6). */
const deepest = 50;

/**
 * Creates a grammar at its beginning, or one that waits for a trigger.
 *
 * A text that the native parser does not understand throws. What it understands may still hang it, so a text must
 * come from `GrammarBuilder.build`, which checks that no rule begins with itself, also not after rules that may
 * be empty, and that there are not too many ways from rule to rule. The parser writes a text that it refuses to
 * stderr.
 *
 * Triggers are watched here instead of by llama.cpp's lazy grammars: those match a regular expression against all
 * of the text again with every token, and end the process when a token brings the trigger and, behind it, what
 * the grammar refuses.
 */
export function createGrammar(library: LibLlama, vocabulary: Vocabulary, options: GrammarOptions): Grammar {
  const { text, trigger: awaited, candidates } = options;
  const started =
    text.includes('\0') || text.trim() === '' || isDeep(text)
      ? null
      : library.grammar(vocabulary.pointer, text, 'root');
  if (started === null) throw new ManifoldError('engine_error', 'The engine does not understand the grammar.');
  const trigger = createTrigger(awaited ?? { texts: [] });
  let sampler: Pointer = started;
  let isWaiting = awaited !== undefined;
  let isFreed = false;
  /** What was permitted last, and with it the state that a trigger in that token leads to. */
  let permitted: { token: number; next: Pointer | undefined } | undefined;

  const forget = () => {
    if (permitted?.next !== undefined) library.freeSampler(permitted.next);
    permitted = undefined;
  };
  /** The state after some bytes; undefined when they are refused, or no tokens spell them. */
  const after = (token: number, bytes: Uint8Array): Pointer | undefined => {
    const next = library.cloneSampler(sampler);
    const isWhole = bytes.length === candidates.bytes(token).length;
    for (const each of isWhole ? [token] : Array.from(bytes, (byte) => candidates.byteToken(byte))) {
      if (each === undefined || !candidates.isLeft(next, each)) {
        library.freeSampler(next);
        return undefined;
      }
      library.samplerAccept(next, each);
    }
    return next;
  };
  const permits = (token: number): boolean => {
    forget();
    if (!isWaiting) {
      if (!candidates.isLeft(sampler, token)) return false;
      permitted = { token, next: undefined };
      return true;
    }
    const constrained = trigger.find(candidates.bytes(token));
    const next = constrained === undefined ? undefined : after(token, constrained);
    if (constrained !== undefined && next === undefined) return false;
    permitted = { token, next };
    return true;
  };
  return {
    permits,
    mask(logits) {
      if (!isWaiting) return candidates.filter(sampler, logits);
      for (let token = 0; token < vocabulary.size; token++) if (!permits(token)) logits[token] = -Infinity;
      forget();
    },
    accept(token) {
      if (permitted?.token !== token && !permits(token)) {
        throw new RangeError(`The grammar does not permit token ${token}.`);
      }
      const next = permitted?.next;
      permitted = undefined;
      if (!isWaiting) return library.samplerAccept(sampler, token);
      trigger.note(candidates.bytes(token));
      if (next === undefined) return;
      library.freeSampler(sampler);
      sampler = next;
      isWaiting = false;
    },
    free() {
      if (isFreed) return;
      isFreed = true;
      forget();
      library.freeSampler(sampler);
    },
  };
}

function isDeep(text: string): boolean {
  let [depth, most] = [0, 0];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|\[(?:[^\]\\]|\\.)*\]|[()]/g)) {
    if (token === '(') depth++;
    if (token === ')') depth--;
    most = Math.max(most, depth);
  }
  return most > deepest;
}
