import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concurrently } from '../../bench/lib/concurrently.ts';
import { replicaSettings } from '../../src/config/replica-settings.ts';
import { policyOf } from '../../src/engines/replicas/policy.ts';
import { harmless } from './fault-matrix.ts';
import { faults, phases, type Fault, type Phase } from './fault-proxy.ts';
import { fromTheOther, startFaultyReplica, whole, type FaultyReplica, type Outcome } from './faulty-replica.ts';

/** All but the one that leaves no bytes of an answer to fall on. */
const swept = faults.filter((fault) => fault !== 'TLS failure');
/** Those that mostly wait, and so can wait together. */
const waiting: ReadonlySet<Fault> = new Set(['stall', 'delay']);
const longestDelayMs = 3000;
/** Longer than the deadlines of a request: one that takes longer hangs. */
const hangMs = 300_000;

/** How answers ended for their clients. */
interface Counts {
  whole: number;
  /** The healthy replica's. */
  other: number;
  /** An error, after a beginning or nothing. */
  failed: number;
  /** An error after the whole text and its finish reason, since the usage did not come. */
  late: number;
  /** Anything else: less than the whole and nothing that says so, or no end. */
  wrong: number;
}

/**
 * Every fault at every phase and at `offsets` bytes anywhere in an answer, one in each stretch of it, plain and streamed,
 * with and without a healthy replica beside it, and with the deadlines and retries of a configuration that names none:
 * no answer is silently less.
 */
export function describeSweep({ offsets }: { readonly offsets: number }): void {
  const policy = policyOf(replicaSettings.parse({}));

  describe.each([
    ['an engine of ours', false],
    ['a configured server', true],
  ])('anywhere in an answer of %s, with default deadlines', (name, isConfigured) => {
    const total = nothing();
    let replica: FaultyReplica;
    let bytes: number;
    beforeAll(async () => {
      replica = await startFaultyReplica();
      bytes = await replica.answerBytes(policy);
    });
    afterAll(async () => {
      const asked = Object.values(total).reduce((sum, count) => sum + count, 0);
      console.log(`${asked} answers of ${name}, ${bytes} bytes each, with default deadlines: ${JSON.stringify(total)}`);
      await replica[Symbol.asyncDispose]();
    });

    it.each(swept)('%s: no answer is silently less', async (fault) => {
      const anywhere = Array.from({ length: offsets }, (_, at) => Math.floor(((at + Math.random()) / offsets) * bytes));
      const cases = [...phases, ...anywhere].flatMap((at) =>
        [true, false].flatMap((stream) => [true, false].map((hasOther) => ({ fault, at, stream, hasOther }))),
      );
      const counts = nothing();
      const codes: Record<string, number> = {};
      const wrong: object[] = [];
      await concurrently(cases.length, waiting.has(fault) ? cases.length : 8, async (index) => {
        const harm = cases[index];
        if (harm === undefined) return;
        const outcome = await askOnce(harm);
        const end = endOf(outcome, harm.hasOther);
        counts[end]++;
        total[end]++;
        if (end === 'wrong') wrong.push({ ...harm, outcome });
        if (typeof outcome === 'object' && outcome.code) codes[outcome.code] = (codes[outcome.code] ?? 0) + 1;
      });
      console.log(`${fault}: ${JSON.stringify(counts)} ${JSON.stringify(codes)}`);

      expect(wrong).toEqual([]);
      // Else a fault that does no harm did some, or one that does did none.
      expect(counts.whole === cases.length).toBe(harmless.has(fault));
    });

    const askOnce = (harm: Harm): Promise<Outcome | string> =>
      replica
        .ask({
          ...harm,
          isConfigured,
          policy,
          delayMs: Math.random() * longestDelayMs,
          signal: AbortSignal.timeout(hangMs),
        })
        .catch((failure: unknown) => `no end: ${String(failure)}`);
  });
}

interface Harm {
  readonly fault: Fault;
  readonly at: Phase | number;
  readonly stream: boolean;
  readonly hasOther: boolean;
}

function nothing(): Counts {
  return { whole: 0, other: 0, failed: 0, late: 0, wrong: 0 };
}

/** What a client saw of a harmed answer. */
function endOf(outcome: Outcome | string, hasOther: boolean): keyof Counts {
  if (typeof outcome === 'string') return 'wrong';
  const { text, code, isFinished, isComplete } = outcome;
  if (isComplete) {
    if (!isFinished || code !== undefined) return 'wrong';
    if (text === whole.text) return 'whole';
    return hasOther && text === fromTheOther.text ? 'other' : 'wrong';
  }
  if (code === undefined) return 'wrong';
  if (isFinished) return text === whole.text ? 'late' : 'wrong';
  return text === 'a beginning' ? 'failed' : 'wrong';
}
