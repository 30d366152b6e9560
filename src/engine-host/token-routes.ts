import { setImmediate } from 'node:timers/promises';
import { engineRequest } from '../api/internal/engine-request.ts';
import {
  detokenizeCall,
  tokenizeCall,
  type detokenized,
  type Rendered,
  type Tokenized,
} from '../api/internal/tokens.ts';
import { ManifoldError } from '../errors.ts';
import { askedPrompt, knownTokens, tokenizeText } from './asked-prompt.ts';
import type { LoadedModel } from './model.ts';
import type { z } from 'zod';

/** Answers what is asked about texts and tokens, without running the model. */
export type TokenRoute = (model: LoadedModel, body: unknown) => Promise<object>;

/** By path; all are `POST`. */
export const tokenRoutes: ReadonlyMap<string, TokenRoute> = new Map<string, TokenRoute>([
  ['/internal/tokenize', tokenize],
  ['/internal/detokenize', detokenize],
  ['/internal/render', render],
]);

/** A list of more takes an event loop too long. */
const mostTokens = 2 ** 19;

async function tokenize(model: LoadedModel, body: unknown): Promise<Tokenized> {
  const { text, addsSpecialTokens, isNamed } = parse(tokenizeCall, body);
  const tokens = await tokenizeText(model.vocabulary, text, addsSpecialTokens);
  if (tokens.length > mostTokens)
    throw new ManifoldError('request_too_large', `The text has more than ${mostTokens} tokens. Send it in parts.`, {
      param: 'prompt',
    });
  return { tokens: [...tokens], ...(isNamed && { names: await namesOf(model, tokens) }) };
}

async function detokenize(model: LoadedModel, body: unknown): Promise<z.infer<typeof detokenized>> {
  const { tokens } = parse(detokenizeCall, body);
  return { text: await model.vocabulary.detokenize(knownTokens(model.vocabulary, tokens, 'tokens')) };
}

/** What a request would let the model read, to the token. The text of a prompt that is cut is what is left of it. */
async function render(model: LoadedModel, body: unknown): Promise<Rendered> {
  const request = parse(engineRequest, body);
  const { plan, tokens, isCut } = await askedPrompt(model, request);
  const written = request.prompt ?? plan.prompt.map((segment) => segment.text).join('');
  const text = isCut || typeof written !== 'string' ? await model.vocabulary.detokenize(tokens) : written;
  return { text, tokens: [...tokens], names: await namesOf(model, tokens) };
}

const namesInARow = 2048;

/** What the vocabulary calls each token. Long lists let the scheduler work in between. */
async function namesOf({ vocabulary }: LoadedModel, tokens: Int32Array): Promise<string[]> {
  const names: string[] = [];
  for (let from = 0; from < tokens.length; from += namesInARow) {
    if (from > 0) await setImmediate();
    for (const token of tokens.subarray(from, from + namesInARow)) names.push(vocabulary.name(token));
  }
  return names;
}

function parse<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ManifoldError('invalid_value', parsed.error.issues[0]?.message ?? 'Invalid request.');
}
