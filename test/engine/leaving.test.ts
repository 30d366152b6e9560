import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeModel } from '../../scripts/make-model.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { answer, ask, startEngine } from '../support/engine.ts';

/** On a busy machine the prompt may have been read before anybody leaves. */
const inTime = { retry: 5 };

const directory = mkdtempSync(join(tmpdir(), 'manifold-leaving-'));
let engine: Engine;
beforeAll(async () => {
  const path = join(directory, 'slow.gguf');
  writeModel('qwen3-30m', path, 'q8_0');
  engine = await startEngine(path, { slots: 1, context: 8192 });
});
afterAll(async () => {
  await engine.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Milliseconds until a short request has its first token. */
async function timeToFirstToken(): Promise<number> {
  const before = performance.now();
  for await (const chunk of await engine.chat(ask('hi', { max_tokens: 1 }), new AbortController().signal)) {
    if (chunk.choices.length > 0) break;
  }
  return performance.now() - before;
}

/** Starts a request whose prompt takes seconds to read; resolves when it has been read for a while. */
async function longRead(): Promise<{ leave: () => void; ended: Promise<unknown> }> {
  const leaving = new AbortController();
  const text = 'word '.repeat(1400);
  const ended = answer(engine, ask(text, { max_tokens: 4 }), leaving.signal).catch((failure: unknown) => failure);
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { leave: () => leaving.abort(), ended };
}

describe('who leaves while a long prompt is read', () => {
  it('frees the slot in the middle of a batch', inTime, async () => {
    const alone = Math.min(await timeToFirstToken(), await timeToFirstToken());
    const { leave, ended } = await longRead();
    leave();
    const after = await timeToFirstToken();

    expect(await ended).toMatchObject({ code: 'client_closed_request' });
    // A batch of this prompt takes up to a second.
    expect(after - alone).toBeLessThan(250);
  });

  it('leaves a memory that answers as before', async () => {
    const request = ask('word '.repeat(40), { temperature: 0, max_tokens: 20, ignore_eos: true });
    const before = await answer(engine, request);
    const { leave, ended } = await longRead();
    leave();
    await ended;

    expect((await answer(engine, request)).texts).toEqual(before.texts);
  });

  it('frees nothing it does not have while it waits', inTime, async () => {
    const running = answer(engine, ask('hi', { max_tokens: 60, ignore_eos: true }));
    const waiting = await longRead();
    waiting.leave();

    expect(await waiting.ended).toMatchObject({ code: 'client_closed_request' });
    expect((await running).usage?.completion_tokens).toBe(60);
  });
});
