import koffi from 'koffi';
import { ManifoldError } from '../errors.ts';
import type { DecodeContext } from './decode-context.ts';
import type { Generation } from './generation.ts';
import type { Grammar } from './grammar.ts';
import { logProbabilities } from './log-probabilities.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Chooses a generation's next token from a row of the last batch. */
export function sampleToken(
  { library, context, vocabulary }: DecodeContext,
  generation: Generation,
  row: number,
): void {
  const address = library.logitsRow(context, row);
  // Sampling a row without logits ends the process.
  if (address === null) return generation.fail(new ManifoldError('engine_error', 'The engine returned no logits.'));
  const logits = new Float32Array(koffi.view(address, vocabulary.size * 4));
  const forced = forcedToken(generation);
  if (forced === 'refused') return generation.fail(new ManifoldError('engine_error', 'The reasoning cannot be ended.'));
  if (forced !== undefined) return takeForced(forced, generation, logits, vocabulary);
  const ends = generation.forbiddenEnds(vocabulary);
  const { grammar } = generation;
  const { allowedTokens } = generation.options;
  const choose = () => generation.sampler.sample(context, row);
  const chooseBut = (refused: readonly number[]) =>
    grammar
      ? chooseWithin(grammar, generation, logits, { ends, refused }, choose)
      : withMasked(logits, [...ends, ...refused], () => finite(logits, choose));
  const token = withAllowed(logits, allowedTokens, () => avoidBadWords(generation, chooseBut));
  if (token === undefined) return generation.fail(nothingLeft(generation, logits));
  grammar?.accept(token);
  generation.accept(token, vocabulary, reported(generation, logits, token));
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

/** What the model would have said is reported of the token that came in its place. */
function takeForced(token: number, generation: Generation, logits: Float32Array, vocabulary: Vocabulary): void {
  generation.grammar?.accept(token);
  generation.sampler.accept(token);
  generation.thinkingLimit?.took();
  generation.accept(token, vocabulary, reported(generation, logits, token), false);
}

function reported({ options: { topLogprobs, logprobTokens } }: Generation, logits: Float32Array, token: number) {
  return topLogprobs === undefined ? undefined : logProbabilities(logits, token, topLogprobs, logprobTokens);
}

/**
 * Most tokens fit the grammar by themselves, and one is checked in no time, so that the whole vocabulary is looked
 * through only after a refusal. The sampler then goes back to where it was: the refused choice counts for no penalty.
 */
function chooseWithin(
  grammar: Grammar,
  generation: Generation,
  logits: Float32Array,
  { ends, refused }: { readonly ends: readonly number[]; readonly refused: readonly number[] },
  choose: () => number,
): number | undefined {
  const before = generation.sampler.fork();
  const token = withMasked(logits, [...ends, ...refused], () => finite(logits, choose));
  if (token !== undefined && grammar.permits(token)) {
    before.free();
    return token;
  }
  generation.sampler = before;
  const unmasked = logits.slice();
  grammar.mask(logits);
  const isOver = logits.every((logit, at) => logit === -Infinity || ends.includes(at));
  // Where the grammar permits nothing but the end, a wish for more tokens cannot be met.
  const masked = isOver ? refused : [...ends, ...refused];
  const again = withMasked(logits, masked, () => finite(logits, choose));
  logits.set(unmasked);
  return again;
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
  chooseBut: (refused: readonly number[]) => number | undefined,
): number | undefined {
  const { badWords } = generation.options;
  const refused: number[] = [];
  if (badWords === undefined) return chooseBut(refused);
  for (;;) {
    const before = generation.sampler.fork();
    const token = chooseBut(refused);
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
