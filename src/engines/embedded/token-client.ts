import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import { detokenized, rendered, tokenized } from '../../api/internal/tokens.ts';
import { ManifoldError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import { connectionError } from '../openai-compatible/connection-error.ts';
import { postJson, readText } from '../openai-compatible/post-json.ts';
import { upstreamError } from '../openai-compatible/upstream-error.ts';

type TokenClient = Required<Pick<Engine, 'tokenize' | 'detokenize' | 'render'>>;

/** The host's token routes. `ask` waits for the host and asks again when it was just lost. */
export function createTokenClient(
  dispatcher: Dispatcher,
  ask: <Answer>(signal: AbortSignal, send: () => Promise<Answer>) => Promise<Answer>,
): TokenClient {
  const call = <T extends z.ZodType>(path: string, body: object, schema: T, signal: AbortSignal) =>
    ask(signal, async (): Promise<z.output<T>> => {
      const response = await postJson({ dispatcher, path }, body, signal);
      if (response.statusCode !== 200) throw upstreamError(response.statusCode, await readText(response.body));
      const answer = schema.safeParse(await readJson(response.body, signal));
      if (answer.success) return answer.data;
      throw new ManifoldError('engine_error', 'The engine sent an answer of another shape.', { cause: answer.error });
    });
  return {
    tokenize: (asked, signal) => call('/internal/tokenize', asked, tokenized, signal),
    detokenize: async (tokens, signal) => (await call('/internal/detokenize', { tokens }, detokenized, signal)).text,
    render: (request, signal) => call('/internal/render', request, rendered, signal),
  };
}

async function readJson(body: Dispatcher.ResponseData['body'], signal: AbortSignal): Promise<unknown> {
  try {
    return await body.json();
  } catch (cause) {
    throw connectionError(cause, signal);
  }
}
