import type { ChatCompletionChunk } from '../../src/api/chat-completion-chunk.ts';
import { engineRequest, type EngineRequest } from '../../src/api/internal/engine-request.ts';
import { replicaSettings } from '../../src/config/replica-settings.ts';
import { policyOf, type ReplicaPolicy } from '../../src/engines/replicas/policy.ts';
import type { Replica } from '../../src/engines/replicas/replica.ts';
import { createReplicaSet, type ReplicaSet } from '../../src/engines/replicas/replica-set.ts';
import { ManifoldError, type ErrorCode } from '../../src/errors.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';
import { answer, scriptedEngine, type Step } from './scripted-engine.ts';

export interface SetUnderTest {
  readonly set: ReplicaSet;
  readonly clock: FakeClock;
  /** What was counted, as `name what`. */
  readonly events: string[];
  /** Requests on each replica now, by what was counted. */
  readonly outstanding: Map<string, number>;
}

/** Replicas on a clock of the test, with the policy of the configuration's defaults unless changed. */
export function replicaSet(
  replicas: readonly Replica[],
  changes: Partial<ReplicaPolicy> = {},
  random: () => number = () => 0,
): SetUnderTest {
  const clock = fakeClock();
  const events: string[] = [];
  const outstanding = new Map<string, number>();
  const set = createReplicaSet(
    replicas,
    { ...policyOf(replicaSettings.parse({ stickyUpTo: 0 })), ...changes },
    {
      clock,
      random,
      log: { info: () => undefined, warn: () => undefined },
      observer: {
        outstandingChanged: (name, by) => void outstanding.set(name, (outstanding.get(name) ?? 0) + by),
        ejected: (name) => void events.push(`${name} ejected`),
        retried: (name, code) => void events.push(`${name} ${code}`),
        removed: (name) => void events.push(`${name} removed`),
      },
    },
  );
  return { set, clock, events, outstanding };
}

/** A request as an engine gets it, unlike every other unless `content` is given twice. */
export function asked(content: string, more: Partial<EngineRequest> = {}): EngineRequest {
  return engineRequest.parse({ model: 'm', messages: [{ role: 'user', content }], ...more });
}

/** The text of an answer; rejects as its stream does. */
export async function textOf(chunks: Promise<AsyncIterable<ChatCompletionChunk>>): Promise<string> {
  let text = '';
  for await (const { choices } of await chunks) for (const { delta } of choices) text += delta.content ?? '';
  return text;
}

/** A failure of this code. */
export const failure = (code: ErrorCode, retryAfterSeconds?: number) =>
  new ManifoldError(code, 'x', { retryAfterSeconds });
/** An engine that plays one script, or refuses. */
export const bad = (steps: readonly Step[] | ManifoldError) => scriptedEngine(() => steps);
/** An engine that answers. */
export const good = () => scriptedEngine(answer('good'));

/** A failing replica that is asked first, and a good one behind it. */
export function pair(steps: readonly Step[] | ManifoldError, changes: Parameters<typeof replicaSet>[1] = {}) {
  const first = bad(steps);
  const second = good();
  const under = replicaSet(
    [
      { name: 'first', engine: first },
      { name: 'second', engine: second, tier: 1 },
    ],
    changes,
  );
  return { ...under, first, second };
}
