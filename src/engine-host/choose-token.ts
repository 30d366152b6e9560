import type { DecodeContext } from './decode-context.ts';
import type { Generation } from './generation.ts';
import type { Grammar } from './grammar.ts';
import { redraw } from './redraw.ts';

type Rules = Pick<Grammar, 'permits' | 'permitted'>;

/**
 * Chooses a generation's next token among all that its request permits; undefined where that is none. The row is left as
 * it was: what is reported, and whoever else samples it, sees what the model said.
 */
export function chooseToken(
  context: DecodeContext,
  generation: Generation,
  logits: Float32Array,
  row: number,
): number | undefined {
  return withAllowed(logits, generation.options.allowedTokens, () => chooseAllowed(context, generation, logits, row));
}

/**
 * Most tokens fit the rules by themselves, and one is checked in no time, so that others are looked at only after a
 * refusal. The sampler then goes back to where it was, but for the random number that it used: the refused choice counts
 * for no penalty, and the next choice must not be made by what led to this one.
 */
function chooseAllowed(
  { context, candidates, vocabulary }: DecodeContext,
  generation: Generation,
  logits: Float32Array,
  row: number,
): number | undefined {
  const ends = generation.forbiddenEnds(vocabulary);
  const rules = rulesOf(generation, logits);
  const { sampler } = generation;
  let before = rules && sampler.remembers ? sampler.fork() : undefined;
  try {
    const token = withMasked(logits, ends, () =>
      finite(logits, () => sampler.sample({ context, row, logits }, candidates)),
    );
    if (rules === undefined || (token !== undefined && rules.permits(token))) return token;
    if (before) {
      generation.sampler = before;
      before.skip(candidates);
      before = undefined;
    }
  } finally {
    before?.free();
  }
  const random = generation.sampler.random(generation.tokens.length);
  const parts = { candidates, sampler: generation.sampler, grammar: rules, logits, random };
  const again =
    withMasked(logits, ends, () => redraw(parts)) ??
    // Where the grammar permits nothing but the end, a wish for more tokens cannot be met.
    (generation.grammar && redraw(parts));
  if (again !== undefined) generation.sampler.accept(again);
  return again;
}

/** What the grammar and the words that may not be written leave; undefined where there is neither. */
function rulesOf(generation: Generation, logits: Float32Array): Rules | undefined {
  const { grammar } = generation;
  const { badWords } = generation.options;
  if (badWords === undefined) return grammar;
  const { answered } = generation;
  const isBad = (token: number) => badWords.completes(answered, token);
  const all = () => grammar?.permitted() ?? Int32Array.from(logits.keys()).filter((token) => isPossible(logits, token));
  return {
    permits: (token) => (grammar === undefined || grammar.permits(token)) && !isBad(token),
    permitted: () => all().filter((token) => !isBad(token)),
  };
}

function isPossible(logits: Float32Array, token: number): boolean {
  return (logits[token] ?? -Infinity) > -Infinity;
}

function withMasked<Result>(logits: Float32Array, masked: readonly number[], run: () => Result): Result {
  const unmasked = masked.map((token) => logits[token] ?? -Infinity);
  for (const token of masked) logits[token] = -Infinity;
  try {
    return run();
  } finally {
    for (const [at, token] of masked.entries()) logits[token] = unmasked[at] ?? -Infinity;
  }
}

/** Masks all tokens but these, if only these may be chosen. */
function withAllowed<Result>(logits: Float32Array, allowed: readonly number[] | undefined, run: () => Result): Result {
  if (allowed === undefined) return run();
  const unmasked = logits.slice();
  logits.fill(-Infinity);
  for (const token of allowed) logits[token] = unmasked[token] ?? -Infinity;
  try {
    return run();
  } finally {
    logits.set(unmasked);
  }
}

/** The choice, unless there is none: a sampler whose candidates are all masked chooses one that has no probability. */
function finite(logits: Float32Array, choose: () => number): number | undefined {
  if (!logits.some((logit) => logit > -Infinity)) return undefined;
  const token = choose();
  return Number.isFinite(logits[token]) ? token : undefined;
}
