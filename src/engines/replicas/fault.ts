import type { ManifoldError } from '../../errors.ts';

/**
 * Whose fault a failure is, and so what follows from it.
 * - `engine`: it counts against the replica, another one may do better.
 * - `busy`: the replica is well and has no room; another one may.
 * - `request`: every replica would refuse it.
 * - `caller`: nobody waits any more.
 */
export type Blame = 'engine' | 'busy' | 'request' | 'caller';

export function blameFor({ code, status, isRetryable }: ManifoldError): Blame {
  switch (code) {
    case 'client_closed_request':
      return 'caller';
    // How long an answer may be is not the engine's choice.
    case 'engine_total_timeout':
      return 'request';
    case 'engine_overloaded':
    case 'model_loading':
    case 'insufficient_memory':
    case 'shutting_down':
      return 'busy';
    // The model was asked for by the name that the configuration gives it there, not by the client's.
    case 'model_not_found':
    case 'route_not_found':
    case 'request_timeout':
      return 'engine';
    default:
      if (status === 429) return 'busy';
      // 410: the model was there.
      if (status >= 500 || status === 410) return 'engine';
      return isRetryable ? 'engine' : 'request';
  }
}

/** Whether a request is refused for what engines of this kind cannot do, and those of another kind may. */
export function isOfItsKind({ code }: ManifoldError): boolean {
  return (
    code === 'unsupported_parameter' ||
    code === 'unsupported_content' ||
    code === 'unsupported_task' ||
    code === 'context_length_exceeded'
  );
}
