import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engines/engine.ts';
import { answer, ask, hostPid, startEngine, startSupervisedEngine } from '../support/engine.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';

const file = writeScriptedModel();
const started: Engine[] = [];
afterAll(async () => {
  await Promise.all(started.map((engine) => engine.close()));
  file.remove();
});

async function start(path: string, options = {}): Promise<Engine> {
  const engine = await startEngine(path, options);
  started.push(engine);
  return engine;
}

function broken(name: string, change: (bytes: Buffer) => Buffer): string {
  const path = join(file.directory, name);
  writeFileSync(path, change(readFileSync(file.path)));
  return path;
}

describe('a model file that cannot be used', () => {
  const cases: readonly (readonly [string, () => [path: string, options?: object], RegExp])[] = [
    ['is missing', () => [join(file.directory, 'nowhere.gguf')], /cannot be opened/],
    ['is a directory', () => [file.directory], /not a regular file/],
    ['is empty', () => [broken('empty.gguf', () => Buffer.alloc(0))], /ends in the middle/],
    [
      'is of another format',
      () => [broken('text.gguf', () => Buffer.from('this is no model, only text'))],
      /not a GGUF/,
    ],
    [
      'is cut in its header',
      () => [broken('cut.gguf', (bytes) => bytes.subarray(0, 1000))],
      /ends in the middle|claims/,
    ],
    [
      'is cut in its weights',
      () => [broken('short.gguf', (bytes) => bytes.subarray(0, bytes.length - 5000))],
      /truncated/,
    ],
    [
      'is of an unknown architecture',
      () => [
        broken('alien.gguf', (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('llama', 'xlama'), 'latin1')),
      ],
      /architecture "xlama"/,
    ],
    [
      'claims an absurd count',
      () => [
        broken('count.gguf', (bytes) =>
          Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(8, 0xff), bytes.subarray(16)]),
        ),
      ],
      /claims/,
    ],
    ['should have a context beyond its training', () => [file.path, { context: 40_000 }], /trained with/],
    ['would not fit in memory', () => [file.path, { cells: 2 ** 40 }], /available; lower --context/],
  ];

  it.each(cases)('that %s: the engine says so and lives', async (name, make, message) => {
    const [path, options] = make();
    const engine = await start(path, options);

    expect(engine.state()).toMatchObject({ kind: 'failed', message: expect.stringMatching(message) as string });
    await expect(engine.chat(ask('hello'), new AbortController().signal)).rejects.toMatchObject({
      code: name === 'would not fit in memory' ? 'insufficient_memory' : 'model_unavailable',
    });
  });
});

describe('a client that leaves', () => {
  it('frees its slot, in the answer and while waiting', async () => {
    const engine = await start(file.path, { slots: 1, context: 32_768 });
    const leaving = new AbortController();
    const stream = await engine.chat(ask('forever', { max_tokens: 30_000 }), leaving.signal);
    const waiting = new AbortController();
    const queued = await engine.chat(ask('forever', { max_tokens: 30_000 }), waiting.signal);
    for await (const _ of stream) break;
    waiting.abort();
    leaving.abort();
    const before = performance.now();
    const { texts } = await answer(engine, ask('hello'));

    expect(texts).toEqual(['Hello, I am a script.']);
    // The two abandoned answers would have taken many seconds.
    expect(performance.now() - before).toBeLessThan(5000);
    await expect(queued[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'client_closed_request' });
  });
});

describe('an engine host that is killed', () => {
  it('ends running streams with an error and serves again', async () => {
    const path = broken('mortal.gguf', (bytes) => bytes);
    const engine = await startSupervisedEngine(path, { context: 32_768 });
    started.push(engine);
    const stream = await engine.chat(ask('forever', { max_tokens: 30_000 }), new AbortController().signal);
    let received = 0;
    const reading = (async () => {
      for await (const _ of stream) if (received++ === 5) process.kill(hostPid(path), 'SIGKILL');
    })();

    await expect(reading).rejects.toMatchObject({ code: 'engine_disconnected' });
    // Waits for the restarted host.
    expect((await answer(engine, ask('hello'))).texts).toEqual(['Hello, I am a script.']);
  });

  it('is not left behind when its parent closes it', async () => {
    const path = broken('orphan.gguf', (bytes) => bytes);
    const engine = await startEngine(path);
    const pid = hostPid(path);
    await engine.close();

    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
