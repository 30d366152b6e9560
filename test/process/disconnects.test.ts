import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRaw } from '../support/raw-connection.ts';
import { rawChat } from '../support/raw-exchange.ts';
import { chatBody, startServerProcess, type ServerProcess } from '../support/server-process.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess({ args: ['--slots', '1', '--context', '32768'] });
});
afterAll(() => server[Symbol.asyncDispose]());

const forever = { max_tokens: 30_000 };

async function expectIdle(): Promise<void> {
  await expect.poll(() => server.metric('manifold_requests_running')).toBe(0);
  await expect.poll(() => server.metric('manifold_requests_waiting')).toBe(0);
  // The only slot is free again: what was left would hold it for long.
  const { status, headers } = await server.chat('hello', {}, { signal: AbortSignal.timeout(5000) });
  expect(status).toBe(200);
  // The log has come as far as that.
  const ids = () => server.accessLog().map(({ requestId }) => requestId);
  await expect.poll(ids).toContain(headers.get('x-request-id'));
}

const abandoned = () => server.accessLog().filter(({ status }) => status === 499);

describe('a client that leaves', () => {
  it.each([
    ['a stream', { ...forever, stream: true }],
    ['a plain answer', forever],
  ])('in %s frees the slot and is logged as 499', async (_, fields) => {
    const before = abandoned().length;
    const leaving = new AbortController();
    const call = server.chat('forever', fields, { signal: leaving.signal }).then((response) => response.text());
    await expect.poll(() => server.metric('manifold_requests_running')).toBe(1);

    leaving.abort();

    await expect(call).rejects.toThrow('aborted');
    await expectIdle();
    await expect
      .poll(() => abandoned().slice(before))
      .toMatchObject([
        {
          errorCode: 'client_closed_request',
          route: '/v1/chat/completions',
          completionTokens: expect.any(Number) as number,
        },
      ]);
  });

  it('while it waits for a slot gives its place up, and the running one goes on', async () => {
    const before = abandoned().length;
    using running = openRaw(server.port);
    running.send(rawChat(server.key, chatBody('forever', { ...forever, stream: true })));
    await running.until('tock');
    const leaving = new AbortController();
    const waiting = [{}, { stream: true }].map((fields) =>
      server.chat('forever', { ...forever, ...fields }, { signal: leaving.signal }),
    );
    const ends = Promise.allSettled(waiting);
    await expect.poll(() => server.metric('manifold_requests_waiting')).toBe(2);

    leaving.abort();

    await expect.poll(() => server.metric('manifold_requests_waiting')).toBe(0);
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await server.metric('manifold_requests_running')).toBe(1);
    await expect.poll(() => abandoned().length - before).toBe(2);
    running.socket.destroy();
    await expectIdle();
  });

  it('by resetting its connection is gone too', async () => {
    const before = abandoned().length;
    using running = openRaw(server.port);
    running.send(rawChat(server.key, chatBody('forever', { ...forever, stream: true })));
    await running.until('tock');

    running.socket.resetAndDestroy();

    await expectIdle();
    await expect.poll(() => abandoned().length - before).toBe(1);
  });
});

describe('a flood of 300 requests, half of them abandoned', () => {
  it('leaves nothing behind: no failure, nothing running or waiting, the same processes', async () => {
    const pids = server.hostPids();
    const logged = server.accessLog().length;
    const failures: string[] = [];
    let next = 0;
    const worker = async () => {
      for (let call = next++; call < 300; call = next++) {
        const isLeaving = call % 2 === 1;
        const outcome = await oneCall(call, isLeaving);
        if (outcome !== 'ok' && !(isLeaving && outcome === 'left')) failures.push(`${call}: ${outcome}`);
      }
    };
    await Promise.all(Array.from({ length: 24 }, worker));

    expect(failures).toEqual([]);
    await expectIdle();
    expect(server.hostPids()).toEqual(pids);
    const lines = server.accessLog().slice(logged);
    expect(new Set(lines.map(({ status }) => status))).toEqual(new Set([200, 499]));
  });

  async function oneCall(call: number, isLeaving: boolean): Promise<string> {
    const stream = call % 3 === 0;
    const signal = isLeaving ? AbortSignal.timeout((call % 11) * 10) : AbortSignal.timeout(100_000);
    try {
      const response = await server.chat(isLeaving ? 'forever' : 'count', { stream, max_tokens: 200 }, { signal });
      const text = await response.text();
      if (response.status !== 200) return `status ${response.status}: ${text}`;
      return isLeaving || text.includes('six ') ? 'ok' : `answered ${text}`;
    } catch (failure) {
      return signal.aborted ? 'left' : `threw ${String(failure)}`;
    }
  }
});
