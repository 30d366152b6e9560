import { afterAll, describe, expect, it } from 'vitest';
import { loseHost } from '../support/lose-host.ts';
import { openRaw, type RawConnection } from '../support/raw-connection.ts';
import { rawChat } from '../support/raw-exchange.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';
import { chatBody, isAlive, startServerProcess, type ServerProcess } from '../support/server-process.ts';

const file = writeScriptedModel();
afterAll(() => file.remove());

const start = (options: { isGroup?: boolean; args?: readonly string[] } = {}) =>
  startServerProcess({
    modelPath: file.path,
    isGroup: options.isGroup ?? false,
    args: ['--slots', '2', '--context', '32768', ...(options.args ?? [])],
  });

/** A stream under way. Nothing is read from it until `resume`, so it cannot end before the test wants it to. */
async function longStream(server: ServerProcess, maxTokens = 8_000): Promise<RawConnection> {
  const connection = openRaw(server.port);
  connection.send(rawChat(server.key, chatBody('forever', { stream: true, max_tokens: maxTokens })));
  await connection.until('tock');
  connection.socket.pause();
  return connection;
}

const draining = (server: ServerProcess) =>
  expect.poll(() => server.stderr()).toContain('finishing the running answers');

describe('a server told to stop', () => {
  it('finishes the running stream, takes nothing new, and ends with 0', async () => {
    await using server = await start();
    const hosts = server.hostPids();
    using stream = await longStream(server);
    using open = openRaw(server.port);
    // Half a request keeps this connection from being closed as idle. It comes with a whole one, so that it has been
    // read when that is answered.
    open.send('GET /v1/health/ready HTTP/1.1\r\nhost: test\r\n\r\nGET /v1/health/ready HTTP/1.1\r\n');
    await open.until('Service is ready.');

    server.signal('SIGTERM');

    await draining(server);
    open.send('host: test\r\n\r\n');
    expect(await open.untilClosed()).toMatch(/Service is ready\.[^]*HTTP\/1\.1 503 [^]*shutting_down/);
    await expect(server.fetch('/v1/health/live')).rejects.toThrow('fetch failed');
    stream.socket.resume();
    expect(await stream.until('[DONE]')).toContain('"finish_reason":"length"');
    expect(await server.ended).toMatchObject({ code: 0, signal: null });
    expect(hosts.map(isAlive)).toEqual([false]);
  });

  it('lets what waits for a slot have its turn', async () => {
    await using server = await start({ args: ['--slots', '1'] });
    using stream = await longStream(server, 5000);
    const waiting = server.chat('hello');
    await expect.poll(() => server.metric('manifold_requests_waiting')).toBe(1);

    server.signal('SIGTERM');

    stream.socket.resume();
    expect(await (await waiting).text()).toContain('Hello, I am a script.');
    expect(await server.ended).toMatchObject({ code: 0 });
  });

  it('twice ends the stream at once with an error event', async () => {
    await using server = await start();
    const hosts = server.hostPids();
    using stream = await longStream(server);
    server.signal('SIGTERM');
    await draining(server);
    await new Promise((resolve) => setTimeout(resolve, 700));
    const before = performance.now();

    stream.socket.resume();
    server.signal('SIGTERM');

    const text = await stream.untilClosed();
    expect(text).toContain('"code":"shutting_down"');
    expect(text).not.toContain('[DONE]');
    expect((await server.ended).code).toBe(1);
    expect(performance.now() - before).toBeLessThan(15_000);
    expect(hosts.map(isAlive)).toEqual([false]);
  });

  it('ends what outlives the drain time with an error event', async () => {
    await using server = await start({ args: ['--drain-seconds', '0.2'] });
    using stream = await longStream(server);

    server.signal('SIGTERM');
    stream.socket.resume();

    expect(await stream.untilClosed()).toContain('"code":"shutting_down"');
    expect(await server.ended).toMatchObject({ code: 0 });
  });

  it('with its whole process group still drains', async () => {
    await using server = await start({ isGroup: true });
    using stream = await longStream(server, 5000);

    process.kill(-server.pid, 'SIGTERM');

    await draining(server);
    stream.socket.resume();
    expect(await stream.until('[DONE]')).toContain('"finish_reason":"length"');
    expect(await server.ended).toMatchObject({ code: 0 });
  });

  // Half a second lies between an echo and a second signal, and a busy machine may take longer.
  it('by one signal that arrives twice still drains', { retry: 4 }, async () => {
    await using server = await start();
    using stream = await longStream(server, 5000);

    // The launcher passes on what its process group got as well.
    server.signal('SIGTERM');
    await draining(server);
    server.signal('SIGTERM');

    stream.socket.resume();
    expect(await stream.until('[DONE]')).toContain('"finish_reason":"length"');
    expect(await server.ended).toMatchObject({ code: 0 });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s without work ends at once with 0 and gives its directory back',
    async (signal) => {
      await using server = await start();
      const before = performance.now();

      const { code } = await server.stop(signal);

      expect(code).toBe(0);
      expect(performance.now() - before).toBeLessThan(15_000);
      await using next = await startServerProcess({ modelPath: file.path, stateDir: server.stateDir });
      expect(next.url).toMatch(/^http:/);
    },
  );

  it('by SIGKILL in mid-answer leaves no engine host behind', async () => {
    await using server = await start();
    const hosts = server.hostPids();
    using _stream = await longStream(server);

    await server.stop('SIGKILL');

    expect(hosts).toHaveLength(1);
    await expect.poll(() => hosts.some(isAlive)).toBe(false);
  });

  it('while its model loads ends at once', async () => {
    await using server = await start();
    await loseHost(server);

    const { code } = await server.stop('SIGTERM');

    expect(code).toBe(0);
    expect(server.hostPids()).toEqual([]);
  });
});
