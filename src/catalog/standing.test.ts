import { describe, expect, it } from 'vitest';
import type { ModelCard } from './card.ts';
import { standingOf } from './standing.ts';

const today = '2026-11-28';

function standing(more: Partial<ModelCard>) {
  return standingOf({ id: 'a/x', publisher: 'a', family: 'f', sources: { general: ['id'] }, ...more }, today);
}

const gguf = [{ repository: 'hub/x-GGUF' }];
const hosted = { listed: true, seen: '2026-08-22' };

describe('a model that nobody serves', () => {
  it('can be downloaded where its GGUF files are known', () => {
    expect(standing({ gguf, parameters: { total: 70e9 } })).toEqual({
      state: 'downloadable',
      reason: 'Its weights are not on this machine. `manifold pull a/x` gets them (hub/x-GGUF, about 42 GB as Q4_K_M).',
    });
  });

  it('has the size of its files where that is known', () => {
    const files = [
      { path: 'x-1.gguf', bytes: 1.5e9 },
      { path: 'x-2.gguf', bytes: 1e9 },
    ];

    expect(standing({ gguf: [{ repository: 'hub/x', quantization: 'Q8_0', files }] }).reason).toContain(
      '(hub/x, 2.5 GB as Q8_0)',
    );
  });

  it('can be downloaded also when the hosted one is retired', () => {
    expect(standing({ gguf, retired: { on: '2026-07-27' } }).state).toBe('downloadable');
  });

  it('is retired where no GGUF files are known, with what came after it', () => {
    expect(standing({ retired: { on: '2026-07-27', successor: 'a/y' } })).toEqual({
      state: 'retired',
      reason: 'It was taken out of service on 2026-07-27. Its successor is `a/y`.',
    });
    expect(standing({ retired: { reason: 'Its licence ended.' } }).reason).toBe('Its licence ended.');
  });

  it('is not retired before its day', () => {
    expect(standing({ retired: { on: today }, hosted }).state).toBe('retired');
    expect(standing({ retired: { on: '2026-11-29' }, hosted }).state).toBe('unavailable');
  });

  it('needs a server elsewhere where only its official weights are known, and how many accelerators it takes', () => {
    const { state, reason } = standing({ weights: 'hub/x', parameters: { total: 123e9 } });

    expect(state).toBe('unavailable');
    expect(reason).toBe(
      'No GGUF files of it are known. A server that runs hub/x (vLLM, SGLang, about 246 GB as BF16: 4 × 80 GB), under `engines:`, makes it callable.',
    );
  });

  it('needs the hosted API where only that is known', () => {
    expect(standing({ hosted }).reason).toMatch(/listed it on 2026-08-22: an engine of kind `hosted-nim`/);
  });

  it('says that nothing is known where nothing is', () => {
    expect(standing({ hosted: { listed: false, seen: '2026-08-22', removed: '2026-04-15' } }).reason).toMatch(
      /^No weights of it are known\. NVIDIA's hosted API stopped listing it on 2026-04-15\. An engine/,
    );
  });
});
