import { ManifoldError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { LocalEngine } from '../local-engine.ts';
import { leased } from './leased.ts';
import type { PooledModel } from './pooled-model.ts';

/** A pooled model as an engine: each request loads it if need be, and keeps it loaded while it runs. */
export function pooledEngine(model: PooledModel, { acceptsImages = false } = {}): Engine {
  const stream = async <T>(
    signal: AbortSignal,
    open: (engine: LocalEngine) => Promise<AsyncIterable<T>>,
  ): Promise<AsyncIterable<T>> => {
    const { engine, release } = await model.borrow(signal);
    try {
      return leased(await open(engine), signal, release);
    } catch (failure) {
      release();
      throw failure;
    }
  };
  const ask = async <T>(signal: AbortSignal, call: (engine: LocalEngine) => Promise<T>): Promise<T> => {
    const { engine, release } = await model.borrow(signal);
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
    chat: (request, signal, caller) => stream(signal, (engine) => engine.chat(request, signal, caller)),
    embed: (request, signal, caller) =>
      stream(signal, (engine) => engine.embed?.(request, signal, caller) ?? Promise.reject(unable('embed'))),
    tokenize: (call, signal, trace) =>
      ask(signal, (engine) => engine.tokenize?.(call, signal, trace) ?? Promise.reject(unable('tokenize'))),
    detokenize: (tokens, signal, trace) =>
      ask(signal, (engine) => engine.detokenize?.(tokens, signal, trace) ?? Promise.reject(unable('detokenize'))),
    render: (request, signal, trace) =>
      ask(signal, (engine) => engine.render?.(request, signal, trace) ?? Promise.reject(unable('render'))),
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

function unable(what: string): ManifoldError {
  return new ManifoldError('unsupported_task', `The engine of this model cannot ${what}. Ask another model.`, {
    param: 'model',
  });
}
