import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replicaSettings } from '../../src/config/replica-settings.ts';
import { policyOf } from '../../src/engines/replicas/policy.ts';
import { faults, phases, type Fault, type Phase } from './fault-proxy.ts';
import { fromTheOther, startFaultyReplica, whole, type FaultyReplica, type Outcome } from './faulty-replica.ts';

/** Faults after which everything still comes. */
export const harmless: ReadonlySet<Fault> = new Set(['delay', 'slow drip', 'split UTF-8']);
const lost = ['engine_disconnected'];

/** What a client may get of a replica that has no other beside it; undefined: the whole answer. */
function failuresOf(fault: Fault, phase: Phase): readonly Outcome[] | undefined {
  return codesOf(fault, phase)?.map((code) => ({ text: 'a beginning', code, isFinished: false, isComplete: false }));
}

function codesOf(fault: Fault, phase: Phase): readonly string[] | undefined {
  if (harmless.has(fault)) return undefined;
  if (fault === 'TLS failure') return ['upstream_tls'];
  // Everything but the mark of the end has come.
  if (phase === 'at end') return undefined;
  // Whether the connection was there before it was reset is a matter of microseconds.
  if (fault === 'reset' && phase === 'connect') return ['engine_unreachable', ...lost];
  if (fault === 'stall') return [phase === 'mid-stream' ? 'engine_token_timeout' : 'engine_first_token_timeout'];
  // A fault before the first event may fall on the framing, or on nothing at all.
  if (fault === 'corrupt event') return ['engine_error', ...lost];
  return lost;
}

const cases = faults.flatMap((fault) =>
  phases
    .filter((phase) => fault !== 'TLS failure' || phase === 'connect')
    // There is no event before the headers, and no length.
    .filter(
      (phase) => !(fault === 'corrupt event' && (phase === 'connect' || phase === 'headers' || phase === 'at end')),
    )
    .map((phase) => [fault, phase] as const),
);

/**
 * Every fault at every point of an answer, plain and streamed, with and without a healthy replica beside it. What is
 * late comes `delayMs` late; each case is tried `rounds` times.
 */
export function describeFaults({ delayMs, rounds }: { readonly delayMs: number; readonly rounds: number }): void {
  let replica: FaultyReplica;
  beforeAll(async () => {
    replica = await startFaultyReplica();
  });
  afterAll(() => replica[Symbol.asyncDispose]());
  const repeated = Array.from({ length: rounds }, () => cases).flat();

  describe.each(repeated)('%s at %s', (fault, phase) => {
    // Only silence is to last so long, whatever a busy machine holds up.
    const waitSeconds = fault === 'stall' ? Math.max(1.5, (5 * delayMs) / 1000) : 60;
    const policy = policyOf(
      replicaSettings.parse({
        timeouts: { firstTokenSeconds: waitSeconds, betweenTokensSeconds: waitSeconds },
      }),
    );
    const ask = (hasOther: boolean, stream: boolean) =>
      replica.ask({ fault, at: phase, delayMs, policy, hasOther, stream });

    it.each([true, false])('alone (stream: %s): the whole answer or an error, never less', async (stream) => {
      expect(failuresOf(fault, phase) ?? [whole]).toContainEqual(await ask(false, stream));
    });

    it.each([true, false])(
      'beside a healthy replica (stream: %s): its answer while nothing was seen',
      async (stream) => {
        const failures = failuresOf(fault, phase);
        const expected = failures && phase !== 'mid-stream' ? [fromTheOther] : (failures ?? [whole]);

        expect(expected).toContainEqual(await ask(true, stream));
      },
    );
  });
}
