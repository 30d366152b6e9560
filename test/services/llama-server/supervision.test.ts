import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ChatCompletion } from '../../../src/api/chat-completion.ts';
import { llamaServerProgram } from '../../support/llama-server.ts';
import { chunkedPieces, openRaw } from '../../support/raw-connection.ts';
import { rawChat } from '../../support/raw-exchange.ts';
import { writeScriptedModel } from '../../support/scripted-model.ts';
import { chatBody, isAlive, modelId, startServerProcess, type ServerProcess } from '../../support/server-process.ts';

const file = writeScriptedModel(32_768);
afterAll(() => file.remove());

const model = { id: modelId, path: file.path, kind: 'llama-server', threads: 1, slots: 1, context: 32_768 };
const config = { llamaServer: llamaServerProgram(), models: [model] };
const start = (more: object = {}, env: NodeJS.ProcessEnv = {}) =>
  startServerProcess({ config: { ...config, ...more }, env });

const forever = { max_tokens: 30_000 };
const socketOf = 'llama.sock';
const serverPid = (server: ServerProcess) => server.childPids(socketOf)[0] ?? 0;
const contentOf = async (response: Response) => ((await response.json()) as ChatCompletion).choices[0]?.message.content;

describe('a llama-server', () => {
  it('is told nothing of ours, and nobody else can reach it', async () => {
    await using server = await start({}, { LLAMA_ARG_API_KEY: 'x', NVIDIA_API_KEY: 'nvapi-secret' });
    const pid = serverPid(server);
    const environment = execFileSync('cat', [`/proc/${pid}/environ`], { encoding: 'utf8' });
    const listening = execFileSync('sh', ['-c', `ls -l /proc/${pid}/fd; cat /proc/${pid}/net/tcp | wc -l`], {
      encoding: 'utf8',
    });
    const args = execFileSync('cat', [`/proc/${pid}/cmdline`], { encoding: 'utf8' }).split('\0');
    const socket = args[args.indexOf('--host') + 1] ?? '';

    expect(environment).not.toMatch(/nvapi-secret|LLAMA_ARG/);
    expect(environment).toContain('GLIBC_TUNABLES=glibc.malloc.hugetlb=1');
    expect(listening).toContain('socket');
    expect(execFileSync('stat', ['-c', '%a', join(socket, '..')], { encoding: 'utf8' }).trim()).toBe('700');
  });

  it('killed at work: the running stream ends with an error event, those who wait get the next one', async () => {
    await using server = await start();
    using running = openRaw(server.port);
    running.send(rawChat(server.key, chatBody('forever', { ...forever, stream: true }), ['connection: close']));
    await running.until('tock');
    const plain = server.chat('hello');
    await expect.poll(() => server.metric('manifold_requests_waiting')).toBe(1);
    const killed = serverPid(server);

    process.kill(killed, 'SIGKILL');

    const { pieces, isEnded } = chunkedPieces(await running.untilClosed());
    expect(isEnded).toBe(true);
    expect(pieces.join('')).toContain('engine_disconnected');
    expect(pieces.join('')).not.toContain('[DONE]');
    expect(await contentOf(await plain)).toBe('Hello, I am a script.');
    expect(server.childPids(socketOf)).toHaveLength(1);
    expect(serverPid(server)).not.toBe(killed);
    expect(isAlive(killed)).toBe(false);
  });

  it('whose client left is free for the next at once', async () => {
    await using server = await start();
    const leaving = new AbortController();
    const left = server.chat('forever', { ...forever, stream: true }, { signal: leaving.signal });
    const reader = (await left).body?.getReader();
    await reader?.read();
    const startedAt = performance.now();
    leaving.abort();
    await reader?.read().catch(() => undefined);

    expect(await contentOf(await server.chat('hello'))).toBe('Hello, I am a script.');
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it('that hangs is ended and started again', async () => {
    await using server = await start({ timeouts: { engineStallSeconds: 2 } });
    const hung = serverPid(server);
    process.kill(hung, 'SIGSTOP');

    await expect.poll(() => isAlive(hung), { timeout: 15_000 }).toBe(false);
    expect(await contentOf(await server.chat('hello'))).toBe('Hello, I am a script.');
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'ends with its server, also by %s, and leaves nothing behind',
    async (signal) => {
      await using server = await start();
      const pid = serverPid(server);
      const guards = execFileSync('pgrep', ['-P', String(server.pid)], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map(Number);
      expect(guards).toContain(pid);
      expect(guards.length).toBeGreaterThan(1);

      await server.stop(signal);

      for (const each of guards) await expect.poll(() => isAlive(each), { timeout: 5000 }).toBe(false);
    },
  );

  it('leaves no zombie behind when it is killed again and again', async () => {
    await using server = await start();
    for (let round = 0; round < 3; round++) {
      const pid = serverPid(server);
      process.kill(pid, 'SIGKILL');
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect.poll(() => serverPid(server) !== pid && serverPid(server) !== 0, { timeout: 10_000 }).toBe(true);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await contentOf(await server.chat('hello'))).toBe('Hello, I am a script.');
    }
    const states = execFileSync('ps', ['-o', 'stat=', '--ppid', String(server.pid)], { encoding: 'utf8' });

    expect(states).not.toContain('Z');
  });

  it('keeps what it computed to the key it was computed for', async () => {
    const keys = ['nvapi-the-first-key-of-two', 'nvapi-the-other-key-of-two'];
    await using server = await start({ auth: { keys } });
    const long = `hello ${'word '.repeat(200)}`;
    const cached = async (key: string | undefined) => {
      const response = await server.chat(long, {}, { headers: { authorization: `Bearer ${key}` } });
      const { usage } = (await response.json()) as ChatCompletion;
      return usage.prompt_tokens_details?.cached_tokens ?? 0;
    };

    expect(await cached(keys[0])).toBe(0);
    expect(await cached(keys[0])).toBeGreaterThan(500);
    expect(await cached(keys[1])).toBe(0);
    expect(await cached(keys[1])).toBeGreaterThan(500);
  });

  it('takes no more than may wait, and says when to ask again', async () => {
    await using server = await start({ limits: { queue: { mostWaiting: 8 } } });
    const leaving = new AbortController();
    const refused: Response[] = [];
    const all = Array.from({ length: 20 }, async () => {
      const response = await server.chat('forever', forever, { signal: leaving.signal });
      if (response.status === 429) refused.push(response);
    });
    // One runs, and 8 wait; some may be on their way to the server besides.
    await expect.poll(() => refused.length).toBeGreaterThanOrEqual(8);
    leaving.abort();
    await Promise.allSettled(all);

    expect(refused.length).toBeLessThanOrEqual(11);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('a llama-server that cannot run', () => {
  const broken = async (more: object) => {
    await using server = await startServerProcess({ config: { ...config, ...more }, until: 'settled' });
    const response = await server.chat('hello');
    return { status: response.status, body: await response.text() };
  };

  it('because its file is none says so at once, without the path', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'manifold-test-'));
    const path = join(directory, 'none.gguf');
    writeFileSync(path, 'GGUF and nothing else');
    try {
      const { status, body } = await broken({ models: [{ ...model, path }] });

      expect(status).toBe(503);
      expect(body).toContain('model_unavailable');
      expect(body).not.toContain(directory);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('because the program is missing says how to get one', async () => {
    const { status, body } = await broken({ llamaServer: '/nowhere/llama-server' });

    expect(status).toBe(503);
    expect(body).toContain('manifold engine build');
  });
});
