import type { Trace } from '../../api/internal/trace.ts';
import { ManifoldError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { Reading } from './reading.ts';
import { runOnReplicas } from './run.ts';
import type { RunParts } from './run-parts.ts';

interface Asking {
  readonly request: object;
  readonly signal: AbortSignal;
  readonly trace: Trace | undefined;
}

type TokenCalls = Required<Pick<Engine, 'tokenize' | 'detokenize' | 'render'>>;

/** What the replicas can tell of texts and tokens: the first one asked that can, another where it fails. */
export function createTokenCalls(partsFor: (what: keyof TokenCalls) => RunParts): TokenCalls {
  const ask = async <T>(
    what: keyof TokenCalls,
    { request, signal, trace }: Asking,
    call: (engine: Partial<TokenCalls>, signal: AbortSignal, trace?: Trace) => Promise<T> | undefined,
  ): Promise<T> => {
    const answers = await runOnReplicas<T>(partsFor(what), {
      request,
      send: async (engine, inner, who) => {
        const answer = await (call(engine, inner, who.trace) ?? Promise.reject(unable(what)));
        return once(answer);
      },
      reading: createAnswerReading(),
      signal,
      caller: { cacheSalt: '', trace },
    });
    for await (const answer of answers) return answer;
    throw new ManifoldError('engine_error', 'The engine gave no answer.');
  };
  return {
    tokenize: (text, signal, trace) =>
      ask('tokenize', { request: text, signal, trace }, (engine, ...rest) => engine.tokenize?.(text, ...rest)),
    detokenize: (tokens, signal, trace) =>
      ask('detokenize', { request: tokens, signal, trace }, (engine, ...rest) => engine.detokenize?.(tokens, ...rest)),
    render: (request, signal, trace) =>
      ask('render', { request, signal, trace }, (engine, ...rest) => engine.render?.(request, ...rest)),
  };
}

/** No replica of the model has such a call. */
export function unable(what: keyof TokenCalls): ManifoldError {
  return new ManifoldError('unsupported_parameter', `The engines of this model cannot ${what}. Ask another model.`, {
    param: 'model',
  });
}

async function* once<T>(answer: T): AsyncGenerator<T> {
  yield answer;
}

/** One item, which is the whole answer. */
function createAnswerReading<T>(): Reading<T> {
  let hasAnswer = false;
  return {
    take(answer) {
      hasAnswer = true;
      return [answer];
    },
    hasContent: () => hasAnswer,
    isCommitted: () => hasAnswer,
    isWhole: () => hasAnswer,
    end: () => [],
    used: () => undefined,
    restart: () => undefined,
  };
}
