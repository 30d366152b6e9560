import { ManifoldError } from '../../errors.ts';
import { parseDuration } from '../../lib/duration.ts';
import type { Engine } from '../engine.ts';
import type { LocalEngine } from '../local-engine.ts';
import { leased } from './leased.ts';
import type { LoadOptions, PooledModel } from './pooled-model.ts';

/** A pooled model as an engine: each request loads it if need be, and keeps it loaded while it runs. */
export function pooledEngine(model: PooledModel, { acceptsImages = false } = {}): Engine {
  const stream = async <R extends Keeping, T>(
    asked: R,
    signal: AbortSignal,
    open: (engine: LocalEngine, request: R) => Promise<AsyncIterable<T>>,
  ): Promise<AsyncIterable<T>> => {
    const { request, options } = withoutKeepAlive(asked);
    const { engine, release } = await model.borrow(signal, options);
    try {
      return leased(await open(engine, request), signal, release);
    } catch (failure) {
      release();
      throw failure;
    }
  };
  const ask = async <T>(
    signal: AbortSignal,
    call: (engine: LocalEngine) => Promise<T>,
    options: LoadOptions = {},
  ): Promise<T> => {
    const { engine, release } = await model.borrow(signal, options);
    try {
      return await call(engine);
    } finally {
      release();
    }
  };
  return {
    get name() {
      return model.engine?.name ?? 'embedded';
    },
    state: () => model.state(),
    acceptsImages: () => acceptsImages,
    chat: (asked, signal, caller) => stream(asked, signal, (engine, request) => engine.chat(request, signal, caller)),
    embed: (asked, signal, caller) =>
      stream(
        asked,
        signal,
        (engine, request) => engine.embed?.(request, signal, caller) ?? Promise.reject(unable('embed')),
      ),
    tokenize: (call, signal, trace) =>
      ask(signal, (engine) => engine.tokenize?.(call, signal, trace) ?? Promise.reject(unable('tokenize'))),
    detokenize: (tokens, signal, trace) =>
      ask(signal, (engine) => engine.detokenize?.(tokens, signal, trace) ?? Promise.reject(unable('detokenize'))),
    render(asked, signal, trace) {
      const { request, options } = withoutKeepAlive(asked);
      const call = (engine: LocalEngine) => engine.render?.(request, signal, trace) ?? Promise.reject(unable('render'));
      return ask(signal, call, options);
    },
    /** Nothing: the pool loads what is loaded at the start. */
    start: () => Promise.resolve(),
    close: () => model.close(),
  };
}

/** The same model with one of its adapters. */
export function withAdapter(engine: Engine, adapter: string): Engine {
  return {
    ...engine,
    get name() {
      return engine.name;
    },
    state: () => engine.state(),
    chat: (request, signal, caller) => engine.chat(request, signal, { cacheSalt: '', ...caller, adapter }),
    embed: () => Promise.reject(unable('embed')),
    start: () => Promise.resolve(),
    // Its model is closed by itself.
    close: () => Promise.resolve(),
  };
}

interface Keeping {
  readonly keep_alive?: number | string | undefined;
}

/** How long the model stays is the pool's matter: the engine of the model is not told. */
function withoutKeepAlive<R extends Keeping>(asked: R): { readonly request: R; readonly options: LoadOptions } {
  // Hardly any request says it, and a copy has many fields.
  if (asked.keep_alive === undefined) return { request: asked, options: {} };
  return {
    request: { ...asked, keep_alive: undefined },
    options: { keepAliveMs: parseDuration(asked.keep_alive) },
  };
}

function unable(what: string): ManifoldError {
  return new ManifoldError('unsupported_task', `The engine of this model cannot ${what}. Ask another model.`, {
    param: 'model',
  });
}
