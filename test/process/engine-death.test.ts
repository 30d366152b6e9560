import { afterAll, describe, expect, it } from 'vitest';
import { loseHost } from '../support/lose-host.ts';
import { chunkedPieces, openRaw } from '../support/raw-connection.ts';
import { rawChat } from '../support/raw-exchange.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';
import { chatBody, isAlive, startServerProcess, type ServerProcess } from '../support/server-process.ts';

const file = writeScriptedModel();
afterAll(() => file.remove());

const forever = { max_tokens: 30_000 };
const start = ({ slots = 1 } = {}) =>
  startServerProcess({ modelPath: file.path, args: ['--slots', String(slots), '--context', '32768'] });

function killHost(server: ServerProcess): number {
  const [pid] = server.hostPids();
  if (pid === undefined) throw new Error('There is no host.');
  process.kill(pid, 'SIGKILL');
  return pid;
}

describe('an engine host killed at work', () => {
  it('ends the running stream with an error event and no [DONE]; those who wait get the next host', async () => {
    await using server = await start();
    using running = openRaw(server.port);
    running.send(rawChat(server.key, chatBody('forever', { ...forever, stream: true }), ['connection: close']));
    await running.until('tock');
    const plain = server.chat('hello');
    const streamed = server.chat('count', { stream: true });
    await expect.poll(() => server.metric('manifold_requests_waiting')).toBe(2);

    const killed = killHost(server);

    const { pieces, isEnded } = chunkedPieces(await running.untilClosed());
    const events = pieces.join('').trimEnd().split('\n\n');
    expect(isEnded).toBe(true);
    expect(JSON.parse((events.at(-1) ?? '').slice('data: '.length))).toMatchObject({
      error: { code: 'engine_disconnected', type: 'server_error' },
      status: 502,
    });
    expect(pieces.join('')).not.toContain('[DONE]');
    expect(await (await plain).json()).toMatchObject({ choices: [{ message: { content: 'Hello, I am a script.' } }] });
    const text = await (await streamed).text();
    expect(text).toContain('six ');
    expect(text.match(/"role":"assistant"/g)).toHaveLength(1);
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect(server.hostPids()).not.toContain(killed);
    expect(server.hostPids()).toHaveLength(1);
    await expect.poll(() => server.metric('manifold_requests_running')).toBe(0);
  });

  it('fails a plain answer half-way with a status that clients try again', async () => {
    await using server = await start({ slots: 2 });
    const plain = server.chat('forever', forever);
    await expect.poll(() => server.metric('manifold_requests_running')).toBe(1);
    // The host works at what came before this as well.
    using later = openRaw(server.port);
    later.send(rawChat(server.key, chatBody('forever', { ...forever, stream: true })));
    await later.until('tock');

    killHost(server);

    const response = await plain;
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'engine_disconnected' } });
  });

  it('is noticed by health, and the server answers again without a hand', async () => {
    await using server = await start();

    await loseHost(server);

    expect((await server.fetch('/v1/health/live')).status).toBe(200);
    expect((await server.chat('hello')).status).toBe(200);
    expect((await server.fetch('/v1/health/ready')).status).toBe(200);
  });

  it('that dies again and again is given up with a reason, and the server lives', async () => {
    await using server = await start();
    for (let death = 0; death < 5; death++) {
      await expect.poll(() => server.hostPids(), { interval: 20, timeout: 30_000 }).toHaveLength(1);
      const pid = killHost(server);
      await expect.poll(() => isAlive(pid), { interval: 10 }).toBe(false);
    }
    await expect.poll(() => server.stderr() + server.stdout()).toContain('model failed');

    const response = await server.chat('hello');

    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      error: { code: 'model_unavailable', message: expect.stringContaining('died 5 times') as string },
    });
    expect((await server.fetch('/v1/health/live')).status).toBe(200);
  });
});
