import { once } from '../../lib/once.ts';
import { unlessAborted } from '../../lib/unless-aborted.ts';

/** A line of which only the first few are served at a time, in the order in which they came. */
export interface Line {
  /** Resolves when it is one's turn, with what to call when done; throws the signal's reason when that aborts before. */
  enter(signal: AbortSignal): Promise<() => void>;
}

export function createLine(atOnce: number): Line {
  const waiting: (() => void)[] = [];
  let served = 0;
  const next = () => {
    if (served >= atOnce) return;
    const call = waiting.shift();
    if (!call) return;
    served++;
    call();
  };
  return {
    async enter(signal) {
      const leave = once(() => {
        served--;
        next();
      });
      let call: () => void = () => undefined;
      const turn = new Promise<void>((resolve) => (call = resolve));
      waiting.push(call);
      next();
      try {
        await unlessAborted(turn, signal);
        return leave;
      } catch (failure) {
        const at = waiting.indexOf(call);
        if (at === -1) leave();
        else waiting.splice(at, 1);
        throw failure;
      }
    },
  };
}
