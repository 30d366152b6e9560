import type { EngineRequest } from '../api/internal/engine-request.ts';
import { ManifoldError } from '../errors.ts';
import { createBadWords } from './bad-words.ts';
import type { GenerationOptions } from './generation-options.ts';
import { showingAll, type Vocabulary } from './vocabulary.ts';

type Asked = Pick<
  EngineRequest,
  | 'allowed_token_ids'
  | 'bad_words'
  | 'include_stop_str_in_output'
  | 'logit_bias'
  | 'logprob_token_ids'
  | 'return_tokens_as_token_ids'
  | 'skip_special_tokens'
  | 'stop_token_ids'
>;

type TokenRules = Pick<
  GenerationOptions,
  'allowedTokens' | 'badWords' | 'includesStop' | 'logprobTokens' | 'namesTokensById' | 'shownVocabulary' | 'stopTokens'
>;

/**
 * What a request says about single tokens: which may be chosen, which end the answer, how they are shown. Throws
 * `invalid_value` for token ids that the model does not have, since native code does not check them.
 */
export function tokenRules(vocabulary: Vocabulary, asked: Asked): TokenRules {
  const { allowed_token_ids: allowed, stop_token_ids: stopTokens } = asked;
  for (const id of Object.keys(asked.logit_bias ?? {})) checkToken(Number(id), `logit_bias.${id}`, vocabulary.size);
  for (const [at, id] of stopTokens.entries()) checkToken(id, `stop_token_ids[${at}]`, vocabulary.size);
  for (const [at, id] of allowed?.entries() ?? []) checkToken(id, `allowed_token_ids[${at}]`, vocabulary.size);
  const reported = asked.logprob_token_ids;
  for (const [at, id] of reported.entries()) checkToken(id, `logprob_token_ids[${at}]`, vocabulary.size);
  return {
    // An empty list asks for nothing.
    allowedTokens: allowed && allowed.length > 0 ? allowed : undefined,
    badWords: createBadWords(asked.bad_words, vocabulary),
    includesStop: asked.include_stop_str_in_output,
    logprobTokens: reported.length > 0 ? reported : undefined,
    namesTokensById: asked.return_tokens_as_token_ids,
    shownVocabulary: asked.skip_special_tokens ? undefined : showingAll(vocabulary),
    stopTokens,
  };
}

function checkToken(id: number, param: string, size: number): void {
  if (id >= size) throw unknownToken(id, param, size);
}

/** A token id that the model does not have; `size`: of its vocabulary. */
export function unknownToken(id: number, param: string, size: number): ManifoldError {
  const problem = `Token ${id} does not exist; this model has ids below ${size}.`;
  return new ManifoldError('invalid_value', problem, { param });
}
