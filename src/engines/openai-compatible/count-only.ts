import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import type { Trace } from '../../api/internal/trace.ts';
import { ManifoldError } from '../../errors.ts';
import type { Engine } from '../engine.ts';

/** An answer of no tokens, which tells how long the prompt is. Servers generate at least one, so it is counted beside. */
export async function countOnly(
  request: EngineRequest,
  tokenize: Engine['tokenize'],
  signal: AbortSignal,
  trace?: Trace,
): Promise<AsyncIterable<ChatCompletionChunk>> {
  const { prompt = '' } = request;
  if (request.prompt_logprobs !== undefined || (typeof prompt === 'string' && tokenize === undefined)) {
    const problem = '`max_tokens`: the engine of this model generates at least one token. Ask for 1 or more.';
    throw new ManifoldError('unsupported_parameter', problem, { param: 'max_tokens' });
  }
  const tokens =
    typeof prompt === 'string'
      ? (await tokenize?.({ text: prompt, addsSpecialTokens: true, isNamed: false }, signal, trace))?.tokens
      : prompt;
  const count = tokens?.length ?? 0;
  const head = {
    id: '',
    object: 'chat.completion.chunk' as const,
    created: 0,
    model: request.model,
    system_fingerprint: null,
  };
  const choices = Array.from({ length: request.n }, (_, index) => ({
    index,
    delta: {},
    logprobs: null,
    finish_reason: 'length' as const,
  }));
  return (async function* counted() {
    yield { ...head, choices };
    yield { ...head, choices: [], usage: { prompt_tokens: count, completion_tokens: 0, total_tokens: count } };
  })();
}
