import type { TokenLogprob } from '../api/logprobs.ts';
import type { LogProbabilities, LogProbability } from './log-probabilities.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The contract's entry for one token of the answer. */
export function logprobEntry({ chosen, top }: LogProbabilities, vocabulary: Vocabulary): TokenLogprob {
  return { ...describe(chosen, vocabulary), top_logprobs: top.map((alternative) => describe(alternative, vocabulary)) };
}

/** Bytes that are no characters by themselves become U+FFFD; a token without bytes goes by its name. */
function describe({ token, value }: LogProbability, vocabulary: Vocabulary): Omit<TokenLogprob, 'top_logprobs'> {
  const bytes = vocabulary.piece(token);
  return bytes.length === 0
    ? { token: vocabulary.name(token), logprob: value, bytes: null }
    : { token: Buffer.from(bytes).toString('utf8'), logprob: value, bytes: [...bytes] };
}
