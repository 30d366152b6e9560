import type { Engine } from '../../engines/engine.ts';

/** Tokens that prompt and answer may have together at most, wherever they run; null while that is unknown. */
export function longestContext(engine: Pick<Engine, 'state'>): number | null {
  const state = engine.state();
  if (state.kind !== 'ready') return null;
  return state.longestContext === undefined ? state.contextLength : state.longestContext;
}
