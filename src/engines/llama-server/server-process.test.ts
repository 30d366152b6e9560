import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startLlamaServer } from './server-process.ts';

/** What a program that never listens is said to do, which runs `script`. */
function events(script: string): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), 'manifold-server-'));
  const program = join(directory, 'llama-server');
  writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const told: string[] = [];
  const socketPath = join(directory, 'socket');
  const host = startLlamaServer(
    { modelId: 'm', modelPath: '/m.gguf', threads: 1, program },
    {
      socketPath,
      env: { PATH: process.env['PATH'] },
      onEvent: ({ event }) => void told.push(event),
      onLog: () => undefined,
      onFacts: () => undefined,
    },
  );
  onTestFinished(async () => {
    await host.stop(0);
    rmSync(directory, { recursive: true, force: true });
  });
  return told;
}

it.each([
  ['it says something, be it a dot', 'while :; do printf .; sleep 0.05; done'],
  ['its memory grows', 'x=x; while :; do x="$x$(head -c 100000 /dev/zero | tr "\\0" a)"; sleep 0.05; done'],
])('a server that loads is alive while %s', async (_, script) => {
  const told = events(script);

  await expect.poll(() => told.length).toBeGreaterThan(5);
  expect(new Set(told)).toEqual(new Set(['beat']));
});

it('a server that loads and does nothing is not', async () => {
  const told = events('exec sleep 60');
  await expect.poll(() => told.length).toBeGreaterThan(0);
  // Until it is what it is to be, its memory changes.
  let before = 0;
  while (told.length !== before) {
    before = told.length;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }

  expect(new Set(told)).toEqual(new Set(['beat']));
});
