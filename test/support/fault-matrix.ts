import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replicaSettings } from '../../src/config/replica-settings.ts';
import { policyOf } from '../../src/engines/replicas/policy.ts';
import { createReplicaSet } from '../../src/engines/replicas/replica-set.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { endpointEngine } from './endpoint-engine.ts';
import { faults, phases, startFaultProxy, type Fault, type Phase } from './fault-proxy.ts';
import { startScriptedChatServer, type ScriptedChatServer } from './scripted-chat-server.ts';
import { sseData } from './sse-events.ts';
import { startTestServer } from './test-server.ts';

const text = 'Héllo 🎉 wörld, and more.';

/** Faults after which everything still comes. */
const harmless: ReadonlySet<Fault> = new Set(['delay', 'slow drip', 'split UTF-8']);
const lost = ['engine_disconnected'];

const whole = (said: string): Outcome => ({ text: said, code: undefined, isComplete: true });

/** What a client may get of a replica that has no other beside it; undefined: the whole answer. */
function failuresOf(fault: Fault, phase: Phase): readonly Outcome[] | undefined {
  return codesOf(fault, phase)?.map((code) => ({ text: 'a beginning', code, isComplete: false }));
}

function codesOf(fault: Fault, phase: Phase): readonly string[] | undefined {
  if (harmless.has(fault)) return undefined;
  if (fault === 'TLS failure') return ['engine_unreachable'];
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

interface Outcome {
  /** Of an answer that is not complete, `a beginning` where it is one. */
  readonly text: string;
  readonly code: string | undefined;
  readonly isComplete: boolean;
}

/**
 * Every fault at every point of an answer, plain and streamed, with and without a healthy replica beside it. What is
 * late comes `delayMs` late; each case is tried `rounds` times.
 */
export function describeFaults({ delayMs, rounds }: { readonly delayMs: number; readonly rounds: number }): void {
  let upstream: ScriptedChatServer;
  let healthy: ScriptedChatServer;
  beforeAll(async () => {
    upstream = await startScriptedChatServer({
      script: () => ['Héllo', ' 🎉 wörld', ', and', ' more.'].map((say) => ({ say })),
    });
    healthy = await startScriptedChatServer({ script: () => [{ say: 'From the other.' }] });
  });
  afterAll(async () => {
    await upstream[Symbol.asyncDispose]();
    await healthy[Symbol.asyncDispose]();
  });
  const repeated = Array.from({ length: rounds }, () => cases).flat();

  describe.each(repeated)('%s at %s', (fault, phase) => {
    const policy = policyOf(
      replicaSettings.parse({
        timeouts: { firstTokenSeconds: (5 * delayMs) / 1000, betweenTokensSeconds: (5 * delayMs) / 1000 },
      }),
    );
    const ask = async (hasOther: boolean, stream: boolean): Promise<Outcome> => {
      await using proxy = await startFaultProxy(upstream.url, fault, phase, delayMs);
      const set = createReplicaSet(
        [
          { name: 'harmed', engine: endpointEngine(proxy.url) },
          ...(hasOther ? [{ name: 'other', engine: endpointEngine(healthy.url), tier: 1 }] : []),
        ],
        policy,
        { clock: createSystemClock(), log: { info: () => undefined, warn: () => undefined } },
      );
      const server = await startTestServer(set);
      try {
        const messages = [{ role: 'user', content: 'Hello' }];
        const response = await server.chat({ model: 'test/model', messages, stream });
        return stream && response.ok ? streamed(await response.text()) : plain(response.ok, await response.json());
      } finally {
        await server.stop();
        // Whatever happened, nothing is left of it.
        await expect.poll(() => proxy.open(), { interval: 5 }).toBe(0);
      }
    };

    it.each([true, false])('alone (stream: %s): the whole answer or an error, never less', async (stream) => {
      expect(failuresOf(fault, phase) ?? [whole(text)]).toContainEqual(await ask(false, stream));
    });

    it.each([true, false])(
      'beside a healthy replica (stream: %s): its answer while nothing was seen',
      async (stream) => {
        const failures = failuresOf(fault, phase);
        const expected = failures && phase !== 'mid-stream' ? [whole('From the other.')] : (failures ?? [whole(text)]);

        expect(expected).toContainEqual(await ask(true, stream));
      },
    );
  });
}

interface Choice {
  readonly delta?: { readonly content?: string };
  readonly message?: { readonly content?: string };
  readonly finish_reason: string | null;
}
interface Body {
  readonly choices?: readonly Choice[];
  readonly error?: { readonly code: string };
}

function streamed(body: string): Outcome {
  const data = sseData(body);
  const isDone = data.at(-1) === '[DONE]';
  const events = data.filter((each) => each !== '[DONE]').map((each) => JSON.parse(each) as Body);
  const choices = events.flatMap((event) => event.choices ?? []);
  // Both ends or none.
  expect(choices.some((choice) => choice.finish_reason !== null)).toBe(isDone);
  const said = choices.map((choice) => choice.delta?.content ?? '').join('');
  return {
    text: isDone ? said : beginning(said),
    code: events.find((event) => event.error)?.error?.code,
    isComplete: isDone,
  };
}

function plain(isOk: boolean, body: unknown): Outcome {
  const { choices, error } = body as Body;
  const said = choices?.[0]?.message?.content ?? '';
  return { text: isOk ? said : beginning(said), code: error?.code, isComplete: isOk };
}

function beginning(said: string): string {
  return text.startsWith(said) ? 'a beginning' : said;
}
