import { setImmediate } from 'node:timers/promises';
import type { z } from 'zod';
import { detokenizeCall, tokenizeCall, type detokenized, type Tokenized } from '../api/internal/tokens.ts';
import { ManifoldError } from '../errors.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A list of more takes an event loop too long. */
const mostTokens = 2 ** 19;
const namesInARow = 2048;

/** The tokens of a text, by the model's own way to read one. */
export type Tokenize = (text: string, addsSpecialTokens: boolean) => Promise<Int32Array>;

/** Answers `POST /internal/tokenize`. */
export async function answerTokenize(vocabulary: Vocabulary, tokenize: Tokenize, body: unknown): Promise<Tokenized> {
  const { text, addsSpecialTokens, isNamed } = parseCall(tokenizeCall, body);
  const tokens = await tokenize(text, addsSpecialTokens);
  if (tokens.length > mostTokens)
    throw new ManifoldError('request_too_large', `The text has more than ${mostTokens} tokens. Send it in parts.`, {
      param: 'prompt',
    });
  return { tokens: [...tokens], ...(isNamed && { names: await namesOf(vocabulary, tokens) }) };
}

/** Answers `POST /internal/detokenize`. */
export async function answerDetokenize(vocabulary: Vocabulary, body: unknown): Promise<z.infer<typeof detokenized>> {
  const { tokens } = parseCall(detokenizeCall, body);
  return { text: await vocabulary.detokenize(knownTokens(vocabulary, tokens, 'tokens')) };
}

/** Ids as the model takes them: the native code does not check them. */
export function knownTokens({ size }: Vocabulary, tokens: readonly number[], param: string): Int32Array {
  const at = tokens.findIndex((token) => !Number.isInteger(token) || token < 0 || token >= size);
  if (at < 0) return Int32Array.from(tokens);
  throw new ManifoldError(
    'invalid_value',
    `\`${param}[${at}]\`: token ${tokens[at]} does not exist; this model has ids below ${size}.`,
    { param: `${param}[${at}]` },
  );
}

/** What the vocabulary calls each token. Long lists let the scheduler work in between. */
export async function namesOf(vocabulary: Vocabulary, tokens: Int32Array): Promise<string[]> {
  const names: string[] = [];
  for (let from = 0; from < tokens.length; from += namesInARow) {
    if (from > 0) await setImmediate();
    for (const token of tokens.subarray(from, from + namesInARow)) names.push(vocabulary.name(token));
  }
  return names;
}

export function parseCall<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ManifoldError('invalid_value', parsed.error.issues[0]?.message ?? 'Invalid request.');
}
