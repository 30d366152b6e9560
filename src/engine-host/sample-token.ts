import koffi from 'koffi';
import { ManifoldError } from '../errors.ts';
import { TooAmbiguous } from '../formats/grammar/close-state.ts';
import type { DecodeContext } from './decode-context.ts';
import type { Generation } from './generation.ts';
import type { Grammar } from './grammar.ts';
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
  try {
    const forced = forcedToken(generation);
    if (forced === 'refused') {
      return generation.fail(new ManifoldError('engine_error', 'The reasoning cannot be ended.'));
    }
    const token = forced ?? chooseWithin(context, generation, logits, row);
    if (token === undefined) return generation.fail(nothingLeft(generation, logits));
    grammar?.accept(token);
    if (forced !== undefined) {
      generation.sampler.accept(token);
      generation.thinkingLimit?.took();
    }
    // What the model would have said is reported of a token that came in its place.
    const { topLogprobs, logprobTokens } = options;
    const reported =
      topLogprobs === undefined ? undefined : logProbabilities(logits, token, topLogprobs, logprobTokens);
    generation.accept(token, vocabulary, reported, forced === undefined);
  } catch (failure) {
    if (!(failure instanceof TooAmbiguous)) throw failure;
    generation.fail(tooAmbiguous(options.grammarParam));
  }
}

/**
 * A token that the thinking budget demands. Grammars permit the end of reasoning as the family writes it, once a
 * character is whole, but may want an answer to begin in another way; then the model goes on under the grammar.
 */
function forcedToken({ thinkingLimit, grammar, isInsideCharacter }: Generation): number | 'refused' | undefined {
  const token = thinkingLimit?.next();
  if (token === undefined || grammar === undefined || grammar.permits(token)) return token;
  return thinkingLimit?.letGo() || isInsideCharacter ? undefined : 'refused';
}

/** The choice among all tokens that the request permits. */
function chooseWithin(context: DecodeContext, generation: Generation, logits: Float32Array, row: number) {
  const { allowedTokens } = generation.options;
  const ends = generation.forbiddenEnds(context.vocabulary);
  const choose = (refused: readonly number[]) => chooseBut(context, generation, logits, { row, ends, refused });
  return withAllowed(logits, allowedTokens, () => avoidBadWords(generation, choose));
}

/**
 * Most tokens fit the grammar by themselves, and one is checked in no time, so that others are looked at only after a
 * refusal. The sampler then goes back to where it was: the refused choice counts for no penalty.
 */
function chooseBut(
  { context, candidates }: DecodeContext,
  generation: Generation,
  logits: Float32Array,
  {
    row,
    ends,
    refused,
  }: { readonly row: number; readonly ends: readonly number[]; readonly refused: readonly number[] },
): number | undefined {
  const { grammar, sampler } = generation;
  if (refused.length === 0) {
    const before = grammar && sampler.remembers ? sampler.fork() : undefined;
    const token = withMasked(logits, ends, () => finite(logits, () => sampler.sample(context, row)));
    if (grammar === undefined || (token !== undefined && grammar.permits(token))) {
      before?.free();
      return token;
    }
    if (before) generation.sampler = before;
  }
  const random = generation.sampler.random(generation.tokens.length);
  const parts = { candidates, sampler: generation.sampler, grammar: grammar ?? anyOf(logits), logits, random };
  const again =
    withMasked(logits, [...ends, ...refused], () => redraw(parts)) ??
    // Where the grammar permits nothing but the end, a wish for more tokens cannot be met.
    (grammar && withMasked(logits, refused, () => redraw(parts)));
  if (again !== undefined) generation.sampler.accept(again);
  return again;
}

/** What permits every token. */
function anyOf({ length }: Float32Array): Pick<Grammar, 'permits' | 'permitted'> {
  return { permits: () => true, permitted: () => Int32Array.from({ length }, (_, token) => token) };
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

/** Masks all tokens but these, if only these may be chosen. */
function withAllowed<Result>(logits: Float32Array, allowed: readonly number[] | undefined, run: () => Result): Result {
  if (allowed === undefined) return run();
  const unmasked = logits.slice();
  logits.fill(-Infinity);
  for (const token of allowed) logits[token] = unmasked[token] ?? -Infinity;
  const result = run();
  logits.set(unmasked);
  return result;
}

/** Chooses again, as if for the first time, as long as the choice would complete a bad word. */
function avoidBadWords(
  generation: Generation,
  choose: (refused: readonly number[]) => number | undefined,
): number | undefined {
  const { badWords } = generation.options;
  const refused: number[] = [];
  if (badWords === undefined) return choose(refused);
  for (;;) {
    const before = generation.sampler.fork();
    const token = choose(refused);
    if (token === undefined || !badWords.completes(generation.answered, token)) {
      before.free();
      return token;
    }
    generation.sampler = before;
    refused.push(token);
  }
}

/** The choice, unless there is none: a sampler whose candidates are all masked chooses one that has no probability. */
function finite(logits: Float32Array, choose: () => number): number | undefined {
  if (!logits.some((logit) => logit > -Infinity)) return undefined;
  const token = choose();
  return Number.isFinite(logits[token]) ? token : undefined;
}

function nothingLeft({ options }: Generation, logits: Float32Array): ManifoldError {
  const param = options.allowedTokens ? 'allowed_token_ids' : options.badWords ? 'bad_words' : undefined;
  if (param === undefined || !logits.some(Number.isFinite)) {
    return new ManifoldError('engine_error', 'The model produced numbers that are no probabilities.');
  }
  const problem = 'with what else is asked of the answer, it leaves no token to choose. Allow more.';
  return new ManifoldError('invalid_value', `\`${param}\`: ${problem}`, { param });
}
