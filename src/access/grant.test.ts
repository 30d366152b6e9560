import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refuseBeyond } from './grant.ts';
import type { KeySettings } from './key-record.ts';
import { everything } from './keys.ts';
import { coversModels, meansModel } from './model-pattern.ts';
import type { Principal } from './principal.ts';

const soon = 1_000_000;
const grantor: Principal = {
  keyId: 'key_grantor',
  name: null,
  owner: null,
  team: 'search',
  labels: {},
  scopes: ['inference', 'admin'],
  models: ['meta/*', 'family:qwen', 'one'],
  endpoints: ['/v1/chat/*', '/v1/manifold/*'],
  limits: { requestsPerMinute: 60, costPerDay: 5, burst: 2 },
  weight: 3,
  expiresAt: soon,
};
const within: KeySettings = { ...everything, ...grantor, limits: { ...grantor.limits }, expiresAt: soon };

const refusedField = (wanted: Partial<KeySettings>, by: Principal = grantor) => {
  try {
    refuseBeyond(by, { ...within, ...wanted });
    return null;
  } catch (failure) {
    expect(failure).toMatchObject({ code: 'grant_not_allowed', status: 403 });
    return (failure as { param: string }).param;
  }
};

describe('what a key may grant', () => {
  it('is what it has', () => {
    expect(refusedField({})).toBeNull();
  });

  it.each<[string, Partial<KeySettings>]>([
    ['fewer scopes', { scopes: ['inference'] }],
    ['a model of a glob', { models: ['meta/llama'] }],
    ['a narrower glob', { models: ['meta/llama*'] }],
    ['the same family', { models: ['family:qwen'] }],
    ['no model', { models: [] }],
    ['a narrower endpoint', { endpoints: ['/v1/chat/completions'] }],
    ['lower limits, and others beside', { limits: { requestsPerMinute: 1, costPerDay: 5, tokensPerDay: 7 } }],
    ['an earlier end', { expiresAt: soon - 1 }],
  ])('is less: %s', (_, wanted) => {
    expect(refusedField(wanted)).toBeNull();
  });

  it.each<[string, Partial<KeySettings>]>([
    ['scopes', { scopes: ['inference', 'metrics'] }],
    ['team', { team: null }],
    ['team', { team: 'other' }],
    ['models', { models: null }],
    ['models', { models: ['mistral/x'] }],
    ['models', { models: ['*'] }],
    ['models', { models: ['meta/x', 'family:llama'] }],
    ['models', { models: ['on*'] }],
    ['endpoints', { endpoints: null }],
    ['endpoints', { endpoints: ['/v1/*'] }],
    ['limits', { limits: { requestsPerMinute: 61, costPerDay: 5 } }],
    ['limits', { limits: { requestsPerMinute: 60 } }],
    ['limits', { limits: {} }],
    ['limits', { limits: { requestsPerMinute: 60, costPerDay: 5, burst: 3 } }],
    ['weight', { weight: 3.1 }],
    ['expiresAt', { expiresAt: null }],
    ['expiresAt', { expiresAt: soon + 1 }],
  ])('is not more %s: %j', (field, wanted) => {
    expect(refusedField(wanted)).toBe(field);
  });

  it('is everything where nothing bounds it', () => {
    const root: Principal = { ...everything, keyId: 'key_root' };
    expect(refusedField({ ...everything, team: 'any', weight: 9 }, root)).toBeNull();
  });
});

it('covers a pattern only where every model of it is covered', () => {
  const letters = { unit: fc.constantFrom('a', 'b', '*', ':'), maxLength: 6 } as const;
  const pattern = fc.oneof(fc.string(letters), fc.constantFrom('family:a', 'family:b', 'fam*', '*', 'family:*'));
  const model = fc.record({
    id: fc.oneof(fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 6 }), fc.constant('family:a')),
    family: fc.constantFrom('a', 'b', undefined),
  });
  const holds = fc.property(
    pattern,
    pattern,
    model,
    (outer, inner, each) => !coversModels(outer, inner) || !meansModel(inner, each) || meansModel(outer, each),
  );
  expect(fc.check(holds, { numRuns: 5000 }).counterexample).toBeNull();
});
