import { ManifoldError } from '../errors.ts';
import type { Engine } from './engine.ts';

/** The engine of a model that cannot run here; `reason` says why, and what to do about it. */
export function createMissingEngine(reason: string): Engine {
  const refuse = () =>
    Promise.reject(new ManifoldError('model_unavailable', `This model cannot run: ${reason}`, { param: 'model' }));
  return {
    name: 'none',
    state: () => ({ kind: 'failed', message: reason }),
    chat: refuse,
    embed: refuse,
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
