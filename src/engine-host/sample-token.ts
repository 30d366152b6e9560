import koffi from 'koffi';
import { ManifoldError } from '../errors.ts';
import type { DecodeContext } from './decode-context.ts';
import type { Generation } from './generation.ts';
import { TooAmbiguous } from '../formats/grammar/close-state.ts';
import { logProbabilities } from './log-probabilities.ts';
import { redraw } from './redraw.ts';

/** Chooses a generation's next token from a row of the last batch. */
export function sampleToken(context: DecodeContext, generation: Generation, row: number): void {
  const { library, vocabulary } = context;
  const address = library.logitsRow(context.context, row);
  // Sampling a row without logits ends the process.
  if (address === null) return generation.fail(new ManifoldError('engine_error', 'The engine returned no logits.'));
  const logits = new Float32Array(koffi.view(address, vocabulary.size * 4));
  const { grammar, options } = generation;
  let token: number | undefined;
  try {
    token = choose(context, generation, logits, row);
    if (token !== undefined) grammar?.accept(token);
  } catch (failure) {
    if (failure instanceof TooAmbiguous) return generation.fail(tooAmbiguous(options.grammarParam));
    throw failure;
  }
  if (token === undefined) {
    return generation.fail(new ManifoldError('engine_error', 'The model produced numbers that are no probabilities.'));
  }
  const { topLogprobs } = options;
  const probabilities = topLogprobs === undefined ? undefined : logProbabilities(logits, token, topLogprobs);
  generation.accept(token, vocabulary, probabilities);
}

/**
 * Most tokens fit the grammar by themselves, and one is checked in no time, so that others are looked at only after a
 * refusal. The sampler then goes back to where it was: the refused choice counts for no penalty.
 */
function choose(
  { context, candidates, vocabulary }: DecodeContext,
  generation: Generation,
  logits: Float32Array,
  row: number,
): number | undefined {
  const { grammar, sampler } = generation;
  const ends = generation.mustContinue ? vocabulary.endOfGeneration : [];
  const before = grammar && sampler.remembers ? sampler.fork() : undefined;
  const token = withMasked(logits, ends, () => finite(logits, sampler.sample(context, row)));
  if (token === undefined || grammar === undefined || grammar.permits(token)) {
    before?.free();
    return token;
  }
  if (before) generation.sampler = before;
  const parts = { candidates, sampler: generation.sampler, grammar, logits };
  const random = generation.sampler.random(generation.tokens.length);
  const again =
    withMasked(logits, ends, () => redraw({ ...parts, random })) ??
    // Where the grammar permits nothing but the end, a wish for more tokens cannot be met.
    redraw({ ...parts, random });
  if (again !== undefined) generation.sampler.accept(again);
  return again;
}

function tooAmbiguous(param: string | undefined): ManifoldError {
  const message = 'The grammar leaves too much open at once to be followed; make its alternatives begin differently.';
  return new ManifoldError('unsupported_schema', message, { param });
}

/** What is reported, and whoever else samples this row, sees what the model said: so masks are taken off again. */
function withMasked<Result>(logits: Float32Array, masked: readonly number[], run: () => Result): Result {
  const unmasked = masked.map((token) => logits[token] ?? -Infinity);
  for (const token of masked) logits[token] = -Infinity;
  const result = run();
  for (const [at, token] of masked.entries()) logits[token] = unmasked[at] ?? -Infinity;
  return result;
}

/** A token that has no probability was chosen for want of numbers. */
function finite(logits: Float32Array, token: number): number | undefined {
  return Number.isFinite(logits[token]) ? token : undefined;
}
