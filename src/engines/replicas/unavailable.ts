import { ManifoldError } from '../../errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Member } from './member.ts';

/** Seconds after which it makes sense to ask again when nothing tells a better time. */
const someSeconds = 5;

/** Why no replica can be asked, and when one may be. */
export function unavailable(members: readonly Member[], clock: Clock): ManifoldError {
  const secondsUntil = (times: readonly (number | undefined)[]) => {
    const known = times.filter((time) => time !== undefined);
    return known.length > 0 ? Math.max(1, Math.ceil((Math.min(...known) - clock.now()) / 1000)) : undefined;
  };
  const present = members.filter((member) => !member.isDraining);
  const busySeconds = secondsUntil(present.map((member) => member.busyUntil()));
  if (busySeconds !== undefined) {
    return new ManifoldError('engine_overloaded', 'Every engine of this model is busy; try again shortly.', {
      retryAfterSeconds: busySeconds,
    });
  }
  if (present.every(({ engine }) => engine.state().kind === 'failed')) {
    return new ManifoldError('model_unavailable', 'No engine of this model can run; GET /v1/models has the reason.', {
      param: 'model',
    });
  }
  return new ManifoldError('no_engine_available', 'No engine of this model answers at present; try again shortly.', {
    retryAfterSeconds: secondsUntil(present.map(({ circuit }) => circuit.opensAgainAt())) ?? someSeconds,
  });
}
