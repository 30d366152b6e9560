import { invalidValue, ManifoldError, toManifoldError } from '../errors.ts';
import { TooAmbiguous } from '../formats/grammar/close-state.ts';
import { chooseToken } from './choose-token.ts';
import type { DecodeContext } from './decode-context.ts';
import type { Generation } from './generation.ts';
import { logProbabilities } from './log-probabilities.ts';

/** Chooses a generation's next token from a row of the last batch. What goes wrong ends this generation and no other. */
export function sampleToken(context: DecodeContext, generation: Generation, row: number): void {
  const { vocabulary } = context;
  const logits = context.logits(row);
  if (logits === undefined) return generation.fail(new ManifoldError('engine_error', 'The engine returned no logits.'));
  const { grammar, options } = generation;
  try {
    const forced = forcedToken(generation);
    if (forced === 'refused') {
      return generation.fail(new ManifoldError('engine_error', 'The reasoning cannot be ended.'));
    }
    const token = forced ?? chooseToken(context, generation, logits, row);
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
    generation.fail(failure instanceof TooAmbiguous ? tooAmbiguous(options.grammarParam) : unexpected(failure));
  }
}

/**
 * A token that the thinking budget demands. Grammars permit the end of reasoning as the family writes it, once a
 * character is whole, but may want an answer to begin in another way; then the model goes on under the grammar.
 */
function forcedToken({ thinkingLimit, grammar, isInsideCharacter }: Generation): number | 'refused' | undefined {
  const token = thinkingLimit?.next();
  if (token === undefined || grammar === undefined || grammar.permits(token)) return token;
  if (thinkingLimit?.letGo() || isInsideCharacter) return undefined;
  const bare = thinkingLimit?.nextOfMarkAlone();
  return bare !== undefined && grammar.permits(bare) ? bare : 'refused';
}

function tooAmbiguous(param: string | undefined): ManifoldError {
  const message = 'The grammar leaves too much open at once to be followed; make its alternatives begin differently.';
  return new ManifoldError('unsupported_schema', message, { param });
}

/** The model's memory is as it was: nobody else has to end for it. */
function unexpected(failure: unknown): ManifoldError {
  const error = toManifoldError(failure);
  if (error.cause === failure) process.stderr.write(`${String(failure)}\n`);
  return error;
}

function nothingLeft({ options, grammar }: Generation, logits: Float32Array): ManifoldError {
  const { allowedTokens, badWords, grammarParam } = options;
  const param = allowedTokens ? 'allowed_token_ids' : badWords ? 'bad_words' : grammar && grammarParam;
  if (param === undefined || !logits.some(Number.isFinite)) {
    return new ManifoldError('engine_error', 'The model produced numbers that are no probabilities.');
  }
  const problem = 'with what else is asked of the answer, it leaves no token to choose. Allow more.';
  return invalidValue(param, problem);
}
