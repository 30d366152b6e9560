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

describe('models that are being loaded', () => {
  it('take one line of a terminal, however narrow it is', async () => {
    const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns: 30 });
    let state: EngineState = { kind: 'loading', progress: 0.5 };
    const shown = showLoading({ models: () => ['a', 'b'].map((id) => ({ id, state })) }, stderr);
    state = { kind: 'available' };
    await shown;

    const [first = ''] = String(stderr.read()).split('\r').slice(1);
    expect(first).toBe(`\u001b[2K${'loading a [##########.........'.slice(0, 29)}`);
  });
});
