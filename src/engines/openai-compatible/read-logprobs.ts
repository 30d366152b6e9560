import type { Logprobs, TokenLogprob } from '../../api/logprobs.ts';
import { isObject } from '../../lib/is-object.ts';

/** vLLM's names for tokens that are asked for by id, and for those that are no text. */
const namedById = /^token_id:\d+$/;
const namedByBytes = /^bytes:((?:\\x[\da-f]{2})+)$/;

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

/** Those of a text completion, which has lists side by side; `text` is what they are of. */
export function readTextLogprobs(value: unknown, text: string): Logprobs {
  if (!isObject(value) || !Array.isArray(value['tokens'])) return readLogprobs(value);
  const at = (name: string, index: number): unknown => {
    const list = value[name];
    return Array.isArray(list) ? list[index] : undefined;
  };
  let characters: readonly string[] | undefined;
  /** What a token says that is named by its id: the text from where it begins to where the next one does. */
  const spoken = (index: number): string | undefined => {
    const [first, start, end] = [0, index, index + 1].map((place) => at('text_offset', place));
    if (typeof first !== 'number' || typeof start !== 'number') return undefined;
    characters ??= Array.from(text);
    return characters.slice(start - first, typeof end === 'number' ? end - first : undefined).join('');
  };
  const content = value['tokens'].map((token: unknown, index): TokenLogprob => {
    const top = at('top_logprobs', index);
    const said = typeof token === 'string' && namedById.test(token) ? spoken(index) : undefined;
    return {
      ...tokenOf({
        token,
        logprob: at('token_logprobs', index),
        ...(said !== undefined && { bytes: [...Buffer.from(said)] }),
      }),
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
    bytes: Array.isArray(bytes) ? (bytes as number[]) : bytes === null ? null : bytesOf(token),
  };
}

/** The bytes of a token; one that is no text has them for its name. */
function bytesOf(token: string): number[] {
  const [, digits] = namedByBytes.exec(token) ?? [];
  return [...(digits === undefined ? Buffer.from(token) : Buffer.from(digits.replaceAll(String.raw`\x`, ''), 'hex'))];
}
