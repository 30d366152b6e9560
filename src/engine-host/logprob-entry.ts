import type { TokenLogprob } from '../api/logprobs.ts';
import type { LogProbabilities, LogProbability } from './log-probabilities.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The contract's entry for one token of the answer. With `byId`, tokens go by their ids: `token_id:7`. */
export function logprobEntry({ chosen, top }: LogProbabilities, vocabulary: Vocabulary, byId = false): TokenLogprob {
  const entry = (each: LogProbability) => ({
    ...describe(each, vocabulary),
    ...(byId && { token: `token_id:${each.token}` }),
  });
  return { ...entry(chosen), top_logprobs: top.map(entry) };
}

/** Bytes that are no characters by themselves become U+FFFD; a token without bytes goes by its name. */
function describe({ token, value }: LogProbability, vocabulary: Vocabulary): Omit<TokenLogprob, 'top_logprobs'> {
  const bytes = vocabulary.piece(token);
  return { token: tokenText(token, vocabulary), logprob: value, bytes: bytes.length === 0 ? null : [...bytes] };
}

/** A token as people read it. */
export function tokenText(token: number, vocabulary: Vocabulary): string {
  const bytes = vocabulary.piece(token);
  return bytes.length === 0 ? vocabulary.name(token) : Buffer.from(bytes).toString('utf8');
}
