import { engineRequest } from '../api/internal/engine-request.ts';
import type { Rendered } from '../api/internal/tokens.ts';
import { askedPrompt, tokenizeText } from './asked-prompt.ts';
import type { LoadedModel } from './model.ts';
import { answerDetokenize, answerTokenize, namesOf, parseCall } from './token-answers.ts';

/** Answers what is asked about texts and tokens, without running the model. */
export type TokenRoute = (model: LoadedModel, body: unknown) => Promise<object>;

/** By path; all are `POST`. */
export const tokenRoutes: ReadonlyMap<string, TokenRoute> = new Map<string, TokenRoute>([
  [
    '/internal/tokenize',
    ({ vocabulary }, body) =>
      answerTokenize(vocabulary, (text, addsSpecialTokens) => tokenizeText(vocabulary, text, addsSpecialTokens), body),
  ],
  ['/internal/detokenize', ({ vocabulary }, body) => answerDetokenize(vocabulary, body)],
  ['/internal/render', render],
]);

/** What a request would let the model read, to the token. The text of a prompt that is cut is what is left of it. */
async function render(model: LoadedModel, body: unknown): Promise<Rendered> {
  const request = parseCall(engineRequest, body);
  const { plan, tokens, isCut } = await askedPrompt(model, request);
  const written = request.prompt ?? plan.prompt.map((segment) => segment.text).join('');
  const text = isCut || typeof written !== 'string' ? await model.vocabulary.detokenize(tokens) : written;
  return { text, tokens: [...tokens], names: await namesOf(model.vocabulary, tokens) };
}
