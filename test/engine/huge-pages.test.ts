import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { builtInModel } from '../../src/config/built-in-model.ts';
import type { LocalEngine } from '../../src/engines/local-engine.ts';
import { startEngine } from '../support/engine.ts';

const setting = '/sys/kernel/mm/transparent_hugepage/enabled';
const isGiven = existsSync(setting) && !readFileSync(setting, 'utf8').includes('[never]');

it.skipIf(!isGiven)('an engine host has its memory in large pages, where Linux gives them', async () => {
  const engine = (await startEngine(builtInModel.path)) as LocalEngine;
  try {
    const pages = readFileSync(`/proc/${engine.facts().pid}/smaps_rollup`, 'utf8');
    expect(Number(/^AnonHugePages: +(\d+) kB$/m.exec(pages)?.[1])).toBeGreaterThan(8 * 1024);
  } finally {
    await engine.close();
  }
});
