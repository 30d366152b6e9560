import { afterEach, describe, expect, it } from 'vitest';
import { replicaSettings } from '../../src/config/replica-settings.ts';
import { policyOf } from '../../src/engines/replicas/policy.ts';
import { createReplicaSet } from '../../src/engines/replicas/replica-set.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { aMoment } from '../support/a-moment.ts';
import { endpointEngine } from '../support/endpoint-engine.ts';
import { startFaultProxy, type FaultProxy, type Phase } from '../support/fault-proxy.ts';
import { leastOf } from '../support/least-of.ts';
import { startScriptedChatServer } from '../support/scripted-chat-server.ts';
import { startTestServer } from '../support/test-server.ts';

const closing: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});

function later<T extends AsyncDisposable>(each: T): T {
  closing.push(each);
  return each;
}

const script = () => ['one', ' two', ' three'].map((say) => ({ say }));

async function serverBefore(proxies: readonly FaultProxy[]) {
  const replicas = proxies.map(({ url }, tier) => ({ name: `replica-${tier}`, engine: endpointEngine(url), tier }));
  const log = { info: () => undefined, warn: () => undefined };
  const set = createReplicaSet(replicas, policyOf(replicaSettings.parse({})), { clock: createSystemClock(), log });
  const server = await startTestServer(set);
  later({ [Symbol.asyncDispose]: () => server.stop() });
  return server;
}

describe('a client that leaves', () => {
  const phases: readonly Phase[] = ['connect', 'headers', 'before content', 'mid-stream'];
  const cases = phases.flatMap((phase) => [true, false].map((stream) => [phase, stream] as const));

  it.each(cases)(
    'while the replica is silent at %s (stream: %s): its connection closes within 100 ms',
    async (phase, stream) => {
      const upstream = later(await startScriptedChatServer({ script }));
      const proxy = later(await startFaultProxy(upstream.url, 'stall', phase));
      const server = await serverBefore([proxy]);
      const body = { model: 'test/model', messages: [{ role: 'user', content: 'Hello' }], stream };
      const tookMs = await leastOf(100, async () => {
        const leaving = new AbortController();
        const left = server
          .chat(body, { signal: leaving.signal })
          .then((response) => response.text())
          .catch(() => 'left');
        await expect.poll(() => proxy.open(), { interval: 5 }).toBe(1);
        await aMoment();
        leaving.abort();
        const before = performance.now();
        await expect.poll(() => proxy.open(), { interval: 2 }).toBe(0);
        const closed = performance.now();
        expect(await left).toBe('left');
        return closed - before;
      });

      expect(tookMs).toBeLessThan(100);
    },
  );

  it('after a retry leaves the second replica too, and no third is asked', async () => {
    const upstream = later(await startScriptedChatServer({ script }));
    const first = later(await startFaultProxy(upstream.url, 'reset', 'headers'));
    const second = later(await startFaultProxy(upstream.url, 'stall', 'before content'));
    const third = later(await startFaultProxy(upstream.url, 'none', 'at end'));
    const server = await serverBefore([first, second, third]);
    const leaving = new AbortController();
    const body = { model: 'test/model', messages: [{ role: 'user', content: 'Hello' }], stream: true };
    const left = server.chat(body, { signal: leaving.signal }).catch(() => 'left');
    await expect.poll(() => second.open(), { interval: 5 }).toBe(1);

    leaving.abort();
    await expect.poll(() => second.open(), { interval: 2 }).toBe(0);

    expect(await left).toBe('left');
    expect(third.connections()).toBe(0);
  });
});
