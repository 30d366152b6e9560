import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { EngineState } from '../engines/engine.ts';
import { showLoading } from './load-progress.ts';

/** What a person is told of a model in this state. */
async function told(state: EngineState): Promise<string> {
  const stderr = new PassThrough({ encoding: 'utf8' });
  await showLoading({ models: () => [{ id: 'a', state }] }, stderr);
  return String(stderr.read());
}

describe('a model that is not loaded at the start', () => {
  it('is announced for its first request, or with why it was not loaded', async () => {
    expect(await told({ kind: 'available' })).toBe('a is loaded when it is first asked\n');
    expect(await told({ kind: 'available', refused: 'It needs 9 GiB.' })).toBe('a is not loaded: It needs 9 GiB.\n');
  });

  it('is not announced by a server that stops', async () => {
    const stderr = new PassThrough({ encoding: 'utf8' });
    const options = { signal: AbortSignal.abort() };
    await showLoading({ models: () => [{ id: 'a', state: { kind: 'available' } }] }, stderr, options);

    expect(stderr.read()).toBeNull();
  });
});
