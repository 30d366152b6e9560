import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usersOf } from './in-use.ts';

let dir: string;
let link: string;
let blob: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-proc-'));
  blob = join(dir, 'blob');
  link = join(dir, 'model.gguf');
  writeFileSync(blob, 'GGUF');
  symlinkSync(blob, link);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function runs(pid: number, { maps = '', command = '' }): void {
  mkdirSync(join(dir, String(pid)), { recursive: true });
  writeFileSync(join(dir, String(pid), 'maps'), maps);
  writeFileSync(join(dir, String(pid), 'cmdline'), command);
}

describe('the users of a file', () => {
  it('are those that map its contents and the engine hosts that were started with it', async () => {
    runs(900_001, { maps: `7f00-7f01 r--s 00000000 08:01 12345 ${blob}\n` });
    runs(900_002, { command: `node\0engine-host/main.js\0${JSON.stringify({ modelPath: link })}\0` });
    runs(900_003, { command: `less\0${link}\0` });
    runs(900_004, { maps: '7f00-7f01 r-xp 00000000 08:01 1 /usr/lib/libc.so.6\n' });

    expect((await usersOf([link], dir)).toSorted((a, b) => a - b)).toEqual([900_001, 900_002]);
  });

  it('are found whatever letters are in its path, and by no path that only begins alike', async () => {
    const file = join(dir, 'modèle 模型.gguf');
    writeFileSync(file, 'GGUF');
    runs(900_005, { maps: `7f00-7f01 r--s 00000000 08:01 12345                      ${file}\n` });
    runs(900_006, { command: `node\0engine-host/main.js\0${JSON.stringify({ modelPath: file })}\0` });
    runs(900_007, { maps: `7f00-7f01 r--s 00000000 08:01 12345                      ${file}.old\n` });

    expect((await usersOf([file], dir)).toSorted((a, b) => a - b)).toEqual([900_005, 900_006]);
  });

  it('are servers of llama.cpp that have it for an image encoder, which none of them maps', async () => {
    const file = join(dir, 'mmproj.gguf');
    writeFileSync(file, 'GGUF');
    runs(900_008, { command: `/opt/llama-server\0--model\0/m.gguf\0--mmproj\0${file}\0--port\x000\0` });
    runs(900_009, { command: `/opt/llama-server\0--model\0/m.gguf\0--mmproj\0${file}.old\0` });
    runs(900_010, { command: `less\0${file}\0` });

    expect(await usersOf([file], dir)).toEqual([900_008]);
  });

  it('are none that is known where the system does not tell', async () => {
    expect(await usersOf([link], join(dir, 'nowhere'))).toEqual([]);
  });
});
