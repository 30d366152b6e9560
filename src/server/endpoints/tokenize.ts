import { detokenizeRequest, detokenizeResponse, tokenizeResponse } from '../../api/tokenize.ts';
import type { AccountCalls } from '../../inference/accounts/account-calls.ts';
import type { Models } from '../../inference/models/models.ts';
import type { TokenTools } from '../../inference/token-tools.ts';
import type { Endpoint } from '../endpoint.ts';
import { circumstancesOf } from '../exchange.ts';
import { ignoredNames } from '../requests/ignored-names.ts';
import { onlyModel } from '../only-model.ts';
import { tellIgnored } from '../tell-fields.ts';
import { parseTokenizeRequest } from '../requests/tokenize-request.ts';
import { validate } from '../requests/validate.ts';

interface Parts {
  readonly models: Models;
  readonly tokenTools: TokenTools;
  readonly accountCalls: AccountCalls;
}

/** vLLM's and NIM's address, and the one below `/v1` that other servers have. */
const prefixes = ['', '/v1'] as const;
const failures = { 404: 'Requested model not found.' };

export function tokenizeRoutes({ models, tokenTools, accountCalls }: Parts): Endpoint[] {
  return prefixes.map((prefix) => ({
    method: 'POST',
    path: `${prefix}/tokenize`,
    access: 'inference',
    isMetered: true,
    summary: 'The tokens of a text, or of messages in the model’s template',
    operation: {
      id: prefix === '' ? 'tokenize' : 'tokenizeV1',
      tag: 'Tokens',
      requestBody: 'TokenizeRequest',
      response: tokenizeResponse,
      failures,
    },
    async handle({ body, exchange }, reply) {
      const asker = circumstancesOf(exchange);
      const parsed = parseTokenizeRequest(body, () => onlyModel(models.usableBy(asker.principal)));
      const model = parsed.kind === 'text' ? parsed.model : parsed.request.model;
      exchange.model = models.usableBy(asker.principal).idOf(model);
      tellIgnored(reply, parsed.ignored);
      const { tokens, names } = await accountCalls.count(model, asker, () =>
        parsed.kind === 'chat'
          ? tokenTools.render(parsed.request, asker)
          : tokenTools.tokenize(
              model,
              { text: parsed.text, addsSpecialTokens: parsed.addsSpecialTokens, isNamed: parsed.isNamed },
              asker,
            ),
      );
      return {
        count: tokens.length,
        max_model_len: tokenTools.contextLength(model),
        tokens,
        token_strs: parsed.isNamed ? (names ?? null) : null,
      };
    },
  }));
}

export function detokenizeRoutes({ models, tokenTools, accountCalls }: Parts): Endpoint[] {
  return prefixes.map((prefix) => ({
    method: 'POST',
    path: `${prefix}/detokenize`,
    access: 'inference',
    isMetered: true,
    summary: 'The text of tokens',
    operation: {
      id: prefix === '' ? 'detokenize' : 'detokenizeV1',
      tag: 'Tokens',
      requestBody: 'DetokenizeRequest',
      response: detokenizeResponse,
      failures,
    },
    async handle({ body, exchange }, reply) {
      const asker = circumstancesOf(exchange);
      const { model = onlyModel(models.usableBy(asker.principal)), tokens } = validate(detokenizeRequest, body);
      tellIgnored(reply, ignoredNames(body as object, detokenizeRequest.shape));
      exchange.model = models.usableBy(asker.principal).idOf(model);
      const prompt = await accountCalls.count(model, asker, () => tokenTools.detokenize(model, tokens, asker));
      return { prompt };
    },
  }));
}
