import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launcher, runManifold } from '../support/run-manifold.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';
import { modelId, startServerProcess } from '../support/server-process.ts';

const file = writeScriptedModel();
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'chat-'));
});
afterAll(() => {
  file.remove();
  rmSync(dir, { recursive: true, force: true });
});

/** `manifold chat` with a server of its own, whose sockets lie in `dir`. */
const startChat = (args: readonly string[]) =>
  spawn(process.execPath, [launcher, 'chat', '--model', file.path, ...args], {
    cwd: dir,
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', TMPDIR: dir },
    stdio: ['pipe', 'pipe', 'ignore'],
  });

it('a chat with a server that is named asks for the model that is named, whatever its name looks like', async () => {
  await using server = await startServerProcess({ modelPath: file.path });
  const env = { MANIFOLD_API_KEY: server.key };
  const ask = (model: string) =>
    runManifold(['chat', '--url', server.url, '--model', model, '--once', 'hello'], { env });

  expect((await ask(modelId)).code).toBe(0);
  expect((await ask('other.gguf')).stderr).toContain('The model `other.gguf` does not exist');
});

describe('a chat with a server of its own', () => {
  it.each([
    ['an answer for a script', ['--once', 'forever']],
    ['a conversation', []],
  ])('that is told to stop within %s leaves nothing behind', async (_, args) => {
    const chat = startChat(args);
    const ended = once(chat, 'close');
    let said = '';
    chat.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    chat.stdin.write('forever\n');
    await expect.poll(() => said, { timeout: 60_000 }).toContain('tock');

    chat.kill('SIGTERM');

    expect(await ended).toEqual([1, null]);
    expect(said).toContain('[stopped]');
    expect(readdirSync(dir)).toEqual([]);
  });

  it('that is killed leaves nothing behind but what its engine host removes as it ends', async () => {
    const chat = startChat([]);
    const ended = once(chat, 'exit');
    let said = '';
    chat.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    chat.stdin.write('forever\n');
    await expect.poll(() => said, { timeout: 60_000 }).toContain('tock');
    expect(readdirSync(dir)).toHaveLength(1);

    chat.kill('SIGKILL');
    await ended;

    await expect.poll(() => readdirSync(dir)).toEqual([]);
  });
});
