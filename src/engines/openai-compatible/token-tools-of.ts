import { z } from 'zod';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import type { Trace } from '../../api/internal/trace.ts';
import type { Rendered } from '../../api/internal/tokens.ts';
import { ManifoldError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { Quirks, TokenDialect } from '../quirks/quirks.ts';
import type { Endpoint } from './endpoint.ts';
import { askForJson } from './ask-for-json.ts';
import { wordRequest } from './worded-request.ts';

type TokenTools = Pick<Engine, 'tokenize' | 'detokenize' | 'render'>;

interface Asking {
  readonly signal: AbortSignal;
  readonly trace: Trace | undefined;
}

interface Parts {
  readonly endpoint: Endpoint;
  readonly quirks: Quirks;
  readonly model: string;
}

const ids = z.custom<readonly number[]>(Array.isArray);
const strings = z.custom<readonly string[]>(Array.isArray);
const ofVllm = z.object({ tokens: ids, token_strs: strings.nullish() });
const piece = z.object({ id: z.int(), piece: z.union([z.string(), z.array(z.int())]) });
const ofLlamaServer = z.object({ tokens: z.union([z.array(piece).min(1), ids]) });
const rendered = z.object({ token_ids: ids, prompt_text: z.string() });
/** vLLM's name for the text, SGLang's, and llama.cpp's. */
const text = z
  .object({ prompt: z.string() })
  .or(z.object({ text: z.string() }))
  .or(z.object({ content: z.string() }));

/** What a server can say of texts and tokens; nothing where its kind has no such routes. */
export function tokenToolsOf({ endpoint, quirks, model }: Parts): TokenTools {
  const { tokens: dialect } = quirks;
  if (dialect === undefined) return {};
  const ask = <T extends z.ZodType>(path: string, body: object, schema: T, { signal, trace }: Asking) =>
    askForJson({ endpoint, path, body }, schema, signal, { cacheSalt: '', trace });
  return {
    async tokenize({ text: prompt, addsSpecialTokens, isNamed }, signal, trace) {
      if (dialect === 'llama-server') {
        const body = { content: prompt, add_special: addsSpecialTokens, parse_special: true, with_pieces: isNamed };
        const { tokens } = await ask('/tokenize', body, ofLlamaServer, { signal, trace });
        return named(tokens);
      }
      const body = { model, prompt, add_special_tokens: addsSpecialTokens, return_token_strs: isNamed };
      const { tokens, token_strs: names } = await ask('/tokenize', body, ofVllm, { signal, trace });
      return { tokens, ...(names && { names }) };
    },
    async detokenize(tokens, signal, trace) {
      const body = { model, tokens, ...(dialect === 'sglang' && { skip_special_tokens: false }) };
      const answer = await ask('/detokenize', body, text, { signal, trace }).catch((failure: unknown) => {
        // llama.cpp's server fails over a token that does not exist.
        throw dialect === 'llama-server' && hasFailed(failure) ? noSuchToken(failure) : failure;
      });
      return 'prompt' in answer ? answer.prompt : 'text' in answer ? answer.text : answer.content;
    },
    ...(rendersPrompts(dialect) && {
      async render(request: EngineRequest, signal: AbortSignal, trace?: Trace): Promise<Rendered> {
        const { path, body } = wordRequest(request, quirks, model, '');
        const { stream: _stream, stream_options: _options, ...rest } = body;
        // No tokens are asked for beside an echo only, which is made here.
        const asked = rest['max_tokens'] === 0 ? { ...rest, echo: true } : rest;
        const schema =
          path === '/v1/completions'
            ? z
                .array(rendered)
                .min(1)
                .transform(([first]) => first)
            : rendered;
        const answer = await ask(`${path}/render`, asked, schema, { signal, trace });
        return { text: answer?.prompt_text ?? '', tokens: answer?.token_ids ?? [] };
      },
    }),
  };
}

function hasFailed(failure: unknown): boolean {
  return failure instanceof ManifoldError && failure.code === 'upstream_failed';
}

function noSuchToken(cause: unknown): ManifoldError {
  return new ManifoldError('invalid_value', '`tokens`: one of them does not exist in this model.', {
    param: 'tokens',
    cause,
  });
}

function rendersPrompts(dialect: TokenDialect): boolean {
  return dialect === 'manifold';
}

function named(tokens: z.infer<typeof ofLlamaServer>['tokens']) {
  const pieces = tokens.filter((each) => typeof each === 'object');
  if (pieces.length === 0) return { tokens: tokens as readonly number[] };
  return {
    tokens: pieces.map(({ id }) => id),
    names: pieces.map(({ piece: each }) => (typeof each === 'string' ? each : Buffer.from(each).toString('utf8'))),
  };
}
