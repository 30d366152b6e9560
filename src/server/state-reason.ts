import type { LocalModels } from '../inference/local-models.ts';

type EngineState = ReturnType<LocalModels['report']>[number]['state'];

/**
 * Why a model cannot answer, or could not when it was last tried, or in what it is less than configured; null where
 * nothing is to be said. What an operator is told may name places on this machine.
 */
export function stateReason(state: EngineState, toldTo: 'client' | 'operator'): string | null {
  if (state.kind === 'failed') return (toldTo === 'client' ? state.told : undefined) ?? state.message;
  if (state.kind === 'available') return state.refused ?? null;
  return state.kind === 'ready' ? (state.shrunk ?? null) : null;
}
