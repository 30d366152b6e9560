import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bareProxy, manifoldGateway } from '../../bench/gateway/before-upstream/gateways.ts';
import { measureOneConnection } from '../../bench/gateway/before-upstream/one-connection.ts';
import { createRawClient } from '../../bench/gateway/before-upstream/raw-client.ts';
import { startGateway, startUpstream, type RunningTarget } from '../../bench/gateway/before-upstream/start-target.ts';
import { measureSteadyStreams } from '../../bench/gateway/before-upstream/steady-streams.ts';
import { launcher } from '../../bench/lib/manifold.ts';

let upstream: RunningTarget;
let manifold: RunningTarget;

beforeAll(async () => {
  upstream = await startUpstream();
  manifold = await startGateway(manifoldGateway(launcher, upstream.port));
});
afterAll(async () => {
  await manifold[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

/** Another HTTP library than the benchmark's own. */
const ask = async (fields: object) => {
  const response = await fetch(`http://127.0.0.1:${upstream.port}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(fields),
  });
  return await response.text();
};
const messages = [{ role: 'user', content: 'tokens=5 every=20' }];

describe('the scripted upstream', () => {
  it('answers plainly', async () => {
    expect(JSON.parse(await ask({ messages }))).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
  });

  it('streams as many tokens as the message says, at its pace, with usage for those who ask', async () => {
    const startedAt = performance.now();
    const text = await ask({ messages, stream: true, stream_options: { include_usage: true } });

    expect(performance.now() - startedAt).toBeGreaterThan(75);
    const events = text.trimEnd().split('\n\n');
    expect(events.filter((event) => event.includes('word'))).toHaveLength(5);
    expect(events.at(-2)).toContain('"usage"');
    expect(events.at(-1)).toBe('data: [DONE]');
  });
});

describe('the comparison', () => {
  // A busy machine may hold any of it up.
  const patiently = { timeout: 60_000 };
  const enough = expect.toSatisfy((share: number) => share > 0.8 && share < 1.2) as number;

  it('reaches the upstream through Manifold, plain and streamed', async () => {
    const { plain, firstToken } = await measureOneConnection(manifold, 3);

    expect(plain).toHaveLength(3);
    expect(firstToken.every((milliseconds) => milliseconds > 0)).toBe(true);
  });

  it('reaches the upstream through the bare proxy, plain and streamed', async () => {
    await using proxy = await startGateway(bareProxy(upstream.port));
    const { plain, firstToken } = await measureOneConnection(proxy, 3);

    expect(plain).toHaveLength(3);
    expect(firstToken.every((milliseconds) => milliseconds > 0)).toBe(true);
    const steady = () => measureSteadyStreams(proxy, upstream, { streams: 2, openSeconds: 0.1, seconds: 0.5 });
    await expect.poll(steady, patiently).toMatchObject({ share: enough });
  });

  it('sees all events of steady streams', async () => {
    const steady = () => measureSteadyStreams(manifold, upstream, { streams: 4, openSeconds: 0.1, seconds: 0.5 });

    await expect.poll(steady, patiently).toMatchObject({
      share: enough,
      memoryMb: expect.toSatisfy((megabytes: number) => megabytes > 10) as number,
    });
  });

  it('does not take an error for an answer', async () => {
    const client = createRawClient(manifold.port);
    const request = Buffer.from('GET /v1/nothing HTTP/1.1\r\nhost: a\r\n\r\n');

    await expect(client.ask(request)).rejects.toThrow('status 404');
    client.close();
  });
});
