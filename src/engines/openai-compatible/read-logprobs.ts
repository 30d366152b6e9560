import type { Logprobs, TokenLogprob } from '../../api/logprobs.ts';

/** What stands for a probability of nothing, which JSON cannot write (wire rule R42). */
const least = -9999;

/** Log probabilities of a chat, with what servers leave out filled in from the token itself. */
export function readLogprobs(value: unknown): Logprobs {
  if (!isObject(value) || !Array.isArray(value['content'])) return null;
  const content = value['content'].filter(isObject).map((entry): TokenLogprob => ({
    ...tokenOf(entry),
    top_logprobs: Array.isArray(entry['top_logprobs']) ? entry['top_logprobs'].filter(isObject).map(tokenOf) : [],
  }));
  return { content, refusal: null };
}

/** Those of a text completion, which has lists side by side. */
export function readTextLogprobs(value: unknown): Logprobs {
  if (!isObject(value) || !Array.isArray(value['tokens'])) return readLogprobs(value);
  const at = (name: string, index: number): unknown => {
    const list = value[name];
    return Array.isArray(list) ? list[index] : undefined;
  };
  const content = value['tokens'].map((token: unknown, index): TokenLogprob => {
    const top = at('top_logprobs', index);
    return {
      ...tokenOf({ token, logprob: at('token_logprobs', index) }),
      top_logprobs: isObject(top)
        ? Object.entries(top).map(([other, logprob]) => tokenOf({ token: other, logprob }))
        : [],
    };
  });
  return { content, refusal: null };
}

function tokenOf(entry: Record<string, unknown>): Omit<TokenLogprob, 'top_logprobs'> {
  const token = typeof entry['token'] === 'string' ? entry['token'] : '';
  const { logprob, bytes } = entry;
  return {
    token,
    logprob: typeof logprob === 'number' && Number.isFinite(logprob) ? Math.max(logprob, least) : least,
    bytes: Array.isArray(bytes) ? (bytes as number[]) : bytes === null ? null : [...Buffer.from(token)],
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
