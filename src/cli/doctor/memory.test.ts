import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { config } from '../../config/config.ts';
import { checkMemory } from './memory.ts';

// Other programs take some of the real one, or leave it.
const available = 64 * 2 ** 20;
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-doctor-'));
  vi.spyOn(process, 'availableMemory').mockReturnValue(available);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

/** A file of so much of the memory, which takes none of the disk. */
function file(name: string, share: number): string {
  const path = join(dir, name);
  writeFileSync(path, '');
  truncateSync(path, Math.round(available * share));
  return path;
}
const check = (...models: readonly object[]) => checkMemory({ config: config.parse({ models }), env: {} })[0];

describe('the memory for models', () => {
  it('is enough when it holds each of those that come and go', () => {
    const models = ['a', 'b'].map((name) => ({ path: file(`${name}.gguf`, 0.7) }));

    expect(check(...models)).toMatchObject({ status: 'ok', advice: expect.stringContaining('take turns') });
  });

  it('is too little for pinned ones that do not fit together, or beside the largest other', () => {
    const [a, b] = ['a', 'b'].map((name) => file(`${name}.gguf`, 0.7));

    expect(check({ path: a, pinned: true }, { path: b, pinned: true })?.status).toBe('fail');
    expect(check({ path: a, pinned: true }, { path: b })?.status).toBe('fail');
  });

  it('has to hold all parts of a divided one', () => {
    const [first] = [1, 2].map((part) => file(`c-0000${part}-of-00002.gguf`, 0.7));

    expect(check({ path: first })?.status).toBe('fail');
  });
});
