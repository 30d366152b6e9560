import { ManifoldError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { Reading } from './reading.ts';
import { runOnReplicas, type RunParts } from './run.ts';

type TokenCalls = Required<Pick<Engine, 'tokenize' | 'detokenize' | 'render'>>;

/** What the replicas can tell of texts and tokens: the first one asked that can, another where it fails. */
export function createTokenCalls(partsFor: (what: keyof TokenCalls) => RunParts): TokenCalls {
  const ask = async <T>(
    what: keyof TokenCalls,
    request: object,
    signal: AbortSignal,
    call: (engine: Partial<TokenCalls>, signal: AbortSignal) => Promise<T> | undefined,
  ): Promise<T> => {
    const answers = await runOnReplicas<T>(partsFor(what), {
      request,
      send: async (engine, inner) => {
        const answer = await (call(engine, inner) ?? Promise.reject(unable(what)));
        return once(answer);
      },
      reading: createAnswerReading(),
      signal,
      caller: { cacheSalt: '' },
    });
    for await (const answer of answers) return answer;
    throw new ManifoldError('engine_error', 'The engine gave no answer.');
  };
  return {
    tokenize: (text, signal) => ask('tokenize', text, signal, (engine, inner) => engine.tokenize?.(text, inner)),
    detokenize: (tokens, signal) =>
      ask('detokenize', tokens, signal, (engine, inner) => engine.detokenize?.(tokens, inner)),
    render: (request, signal) => ask('render', request, signal, (engine, inner) => engine.render?.(request, inner)),
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
