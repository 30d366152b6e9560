import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from './load-config.ts';

let cwd: string;
beforeEach(() => void (cwd = mkdtempSync(join(tmpdir(), 'manifold-test-'))));
afterEach(() => rmSync(cwd, { recursive: true }));

function load(yaml: string) {
  writeFileSync(join(cwd, 'manifold.yaml'), yaml);
  return loadConfig({ env: {}, cwd }).config;
}

describe('limits in the configuration', () => {
  it('are by names that may hold dots', () => {
    const { limits, prices } = load(`
limits:
  maxChoices: 8
  models: { meta/llama-3.1-8b: { tokensPerMinute: 100, maxConcurrency: 4 } }
  teams: { a.b: { costPerDay: 0.5 } }
  perKey: { requestsPerMinute: 60, burst: 0.5 }
prices:
  meta/llama-3.1-8b: { input: 0.1, output: 0.3 }
  "meta/*": { input: 1 }
`);

    expect(limits).toMatchObject({
      maxChoices: 8,
      models: { 'meta/llama-3.1-8b': { tokensPerMinute: 100, maxConcurrency: 4 } },
      teams: { 'a.b': { costPerDay: 0.5 } },
      perKey: { requestsPerMinute: 60, burst: 0.5 },
      global: {},
    });
    expect(prices).toEqual({ 'meta/llama-3.1-8b': { input: 0.1, output: 0.3 }, 'meta/*': { input: 1, output: 0 } });
  });

  it.each([
    ['limits: { global: { requestPerMinute: 1 } }', 'limits.global.requestPerMinute'],
    ['limits: { perKey: { tokensPerDay: -1 } }', 'limits.perKey.tokensPerDay'],
    ['limits: { models: { m: { maxConcurrency: 0 } } }', 'limits.models.m.maxConcurrency'],
    ['prices: { m: { input: cheap } }', 'prices.m.input'],
  ])('stop the start where they make no sense: %s', (yaml, named) => {
    expect(() => load(yaml)).toThrow(named);
  });
});
