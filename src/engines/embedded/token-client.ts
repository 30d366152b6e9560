import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import { detokenized, rendered, tokenized } from '../../api/internal/tokens.ts';
import { ManifoldError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import { connectionFailure } from '../openai-compatible/connection-failure.ts';
import { readText } from '../openai-compatible/read-text.ts';
import { sendRequest } from '../openai-compatible/send-request.ts';
import { upstreamError } from '../openai-compatible/upstream-error.ts';

type TokenClient = Required<Pick<Engine, 'tokenize' | 'detokenize' | 'render'>>;

/** The host's token routes. `ask` waits for the host and asks again when it was just lost. */
export function createTokenClient(
  dispatcher: Dispatcher,
  ask: <Answer>(send: () => Promise<Answer>, signal: AbortSignal) => Promise<Answer>,
): TokenClient {
  const call = <T extends z.ZodType>(path: string, body: object, schema: T, signal: AbortSignal) =>
    ask(async (): Promise<z.output<T>> => {
      const { status, text } = await post(dispatcher, path, body, signal);
      if (status !== 200) throw refusal(upstreamError(status, text));
      const answer = schema.safeParse(JSON.parse(text));
      if (answer.success) return answer.data;
      throw new ManifoldError('engine_error', 'The engine sent an answer of another shape.', { cause: answer.error });
    }, signal);
  return {
    tokenize: (asked, signal) => call('/internal/tokenize', asked, tokenized, signal),
    detokenize: async (tokens, signal) => (await call('/internal/detokenize', { tokens }, detokenized, signal)).text,
    render: (request, signal) => call('/internal/render', request, rendered, signal),
  };
}

/** A host of another task has no such routes. */
function refusal(error: ManifoldError): ManifoldError {
  if (error.code !== 'route_not_found') return error;
  const problem = 'The engine of this model tells nothing of prompts and tokens. Ask a model that answers.';
  return new ManifoldError('unsupported_parameter', problem, { param: 'model', cause: error });
}

async function post(dispatcher: Dispatcher, path: string, body: object, signal: AbortSignal) {
  try {
    const answer = await sendRequest(
      dispatcher,
      {
        method: 'POST',
        path,
        origin: 'http://engine',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
      signal,
    );
    return { status: answer.status, text: await readText(answer.body, Infinity) };
  } catch (cause) {
    throw connectionFailure(cause, signal);
  }
}
