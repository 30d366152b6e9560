import { ManifoldError } from '../../errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { requestDigest } from './request-digest.ts';

/** The loss of an engine while a request ran there. */
export interface Loss {
  readonly request: object;
  readonly replica: string;
  /** Which of the engines that were there, one after the other. */
  readonly life: number;
  /** Other requests went down with it, or had just done so: any of them may have been the cause. */
  readonly isShared: boolean;
}

/**
 * Requests that engines die of. One that was the only one on one of two engines that died is refused for a while; one that
 * always went down with others, after three. An engine that was lost twice counts once: nobody knows that it died. Where
 * several replicas have trouble at a time, the trouble is not the request's.
 */
export interface Quarantine {
  /** Throws `request_quarantined` for a request that is refused. */
  check(request: object): Promise<void>;
  lost(loss: Loss): Promise<void>;
  /** It was answered whole: what engines it had lost did not die of it. */
  answered(request: object): Promise<void>;
  /** A replica failed in another way while a request ran there. */
  troubled(request: object, replica: string): void;
}

const keptMs = 10 * 60_000;
const mostSuspects = 1000;
/** Troubles of different replicas within this time have a common cause. */
const sameTimeMs = 2000;
const mostTroubles = 64;

interface Suspect {
  /** The engines that were lost, and whether it was alone there. */
  readonly engines: Map<string, boolean>;
  until: number;
}

export function createQuarantine(clock: Clock): Quarantine {
  const suspects = new Map<string, Suspect>();
  let troubles: { readonly by: object | string; readonly replica: string; readonly at: number }[] = [];

  const note = (by: object | string, replica: string) => {
    const at = clock.now();
    troubles = [...troubles.filter((trouble) => at - trouble.at < sameTimeMs), { by, replica, at }].slice(
      -mostTroubles,
    );
  };
  const current = (digest: string): Suspect | undefined => {
    const suspect = suspects.get(digest);
    if (!suspect || suspect.until > clock.now()) return suspect;
    suspects.delete(digest);
    return undefined;
  };

  return {
    async check(request) {
      // Hashing costs time, and engines hardly ever die.
      if (suspects.size === 0) return;
      const suspect = current(await requestDigest(request));
      if (!suspect) return;
      const wasAlone = [...suspect.engines.values()].includes(true);
      if (suspect.engines.size < (wasAlone ? 2 : 3)) return;
      throw new ManifoldError(
        'request_quarantined',
        'Engines died each time this request was sent to one, so it is not sent to another for some minutes. Change it.',
      );
    },
    async lost({ request, replica, life, isShared }) {
      const digest = await requestDigest(request);
      const now = clock.now();
      const isCommon = troubles.some(
        (trouble) =>
          trouble.replica !== replica &&
          trouble.by !== request &&
          trouble.by !== digest &&
          now - trouble.at < sameTimeMs,
      );
      note(digest, replica);
      if (isCommon) return;
      const suspect = current(digest) ?? { engines: new Map<string, boolean>(), until: 0 };
      const engine = `${life} ${replica}`;
      suspect.engines.set(engine, suspect.engines.get(engine) === true || !isShared);
      suspect.until = now + keptMs;
      suspects.delete(digest);
      suspects.set(digest, suspect);
      const [oldest] = suspects.keys();
      if (suspects.size > mostSuspects && oldest !== undefined) suspects.delete(oldest);
    },
    async answered(request) {
      if (suspects.size === 0) return;
      suspects.delete(await requestDigest(request));
    },
    troubled: (request, replica) => note(request, replica),
  };
}
