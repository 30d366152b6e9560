import { expect, vi } from 'vitest';
import type { ReplicaPolicy } from '../../src/engines/replicas/policy.ts';
import { createReplicaSet } from '../../src/engines/replicas/replica-set.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { configuredEngine, endpointEngine } from './endpoint-engine.ts';
import { startFaultProxy, type Fault, type Phase } from './fault-proxy.ts';
import { startScriptedChatServer } from './scripted-chat-server.ts';
import { sseData } from './sse-events.ts';
import { startTestServer } from './test-server.ts';

const answer = 'Héllo 🎉 wörld, and more.';
const otherAnswer = 'From the other.';

/** The whole answer of the replica that is harmed, and of the one beside it. */
export const whole: Outcome = { text: answer, code: undefined, isFinished: true, isComplete: true };
export const fromTheOther: Outcome = { text: otherAnswer, code: undefined, isFinished: true, isComplete: true };

/** How an answer ended for its client. */
export interface Outcome {
  /** Of an answer without any end, `a beginning` where it is one. */
  readonly text: string;
  readonly code: string | undefined;
  /** It has a finish reason. */
  readonly isFinished: boolean;
  /** It has `[DONE]`, or is a plain one. */
  readonly isComplete: boolean;
}

interface Harm {
  readonly fault: Fault | 'none';
  readonly at: Phase | number;
  readonly delayMs: number;
  readonly policy: ReplicaPolicy;
  /** Whether a healthy replica stands beside it. */
  readonly hasOther: boolean;
  readonly stream: boolean;
  /** Whether the replicas are spoken to as servers that are configured, in place of as engines of ours. */
  readonly isConfigured?: boolean;
  readonly signal?: AbortSignal;
}

export interface FaultyReplica extends AsyncDisposable {
  /** One request to a server whose replica is harmed so. */
  ask(harm: Harm): Promise<Outcome>;
  /** Bytes of an answer that nothing harms, on the wire. */
  answerBytes(policy: ReplicaPolicy): Promise<number>;
}

/** A replica that answers in several events and characters of several bytes, and a healthy one for beside it. */
export async function startFaultyReplica(): Promise<FaultyReplica> {
  const upstream = await startScriptedChatServer({
    script: () => ['Héllo', ' 🎉 wörld', ', and', ' more.'].map((say) => ({ say })),
  });
  const healthy = await startScriptedChatServer({ script: () => [{ say: otherAnswer }] });

  const askThrough = async ({ fault, at, delayMs, policy, hasOther, stream, isConfigured, signal }: Harm) => {
    const engineAt = isConfigured === true ? configuredEngine : endpointEngine;
    await using proxy = await startFaultProxy(upstream.url, fault, at, delayMs);
    const set = createReplicaSet(
      [
        { name: 'harmed', engine: engineAt(proxy.url) },
        ...(hasOther ? [{ name: 'other', engine: engineAt(healthy.url), tier: 1 }] : []),
      ],
      policy,
      { clock: createSystemClock(), log: { info: () => undefined, warn: () => undefined } },
    );
    const server = await startTestServer(set);
    try {
      const messages = [{ role: 'user', content: 'Hello' }];
      const response = await server.chat({ model: 'test/model', messages, stream }, { signal: signal ?? null });
      const outcome =
        stream && response.ok ? streamed(await response.text()) : plain(response.ok, await response.json());
      return { outcome, bytes: proxy.bytes() };
    } finally {
      await server.stop();
      // Whatever happened, nothing is left of it.
      await vi.waitFor(() => expect(proxy.open()).toBe(0), { interval: 5, timeout: 15_000 });
    }
  };

  return {
    ask: async (harm) => (await askThrough(harm)).outcome,
    async answerBytes(policy) {
      const harm = { fault: 'none', at: 'at end', delayMs: 0, hasOther: false, stream: true } as const;
      return (await askThrough({ ...harm, policy })).bytes;
    },
    async [Symbol.asyncDispose]() {
      await upstream[Symbol.asyncDispose]();
      await healthy[Symbol.asyncDispose]();
    },
  };
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
  const isFinished = choices.some((choice) => choice.finish_reason !== null);
  const said = choices.map((choice) => choice.delta?.content ?? '').join('');
  return {
    text: isDone || isFinished ? said : beginning(said),
    code: events.find((event) => event.error)?.error?.code,
    isFinished,
    isComplete: isDone,
  };
}

function plain(isOk: boolean, body: unknown): Outcome {
  const { choices, error } = body as Body;
  const [choice] = choices ?? [];
  const said = choice?.message?.content ?? '';
  const isFinished = typeof choice?.finish_reason === 'string';
  return { text: isOk ? said : beginning(said), code: error?.code, isFinished, isComplete: isOk };
}

function beginning(said: string): string {
  return answer.startsWith(said) ? 'a beginning' : said;
}
