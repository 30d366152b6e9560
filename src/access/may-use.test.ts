import { describe, expect, it } from 'vitest';
import { anonymous } from './anonymous.ts';
import { mayUseModel, refuseEndpoint } from './may-use.ts';

describe('the models of a key', () => {
  const may = (models: readonly string[] | null, id: string, family?: string) =>
    mayUseModel({ scopes: ['inference'], models }, { id, family });

  it('are all where none are named, and none where the list is empty', () => {
    expect(may(null, 'meta/llama')).toBe(true);
    expect(may([], 'meta/llama')).toBe(false);
  });

  it('are named by id, glob or family', () => {
    expect(may(['meta/llama'], 'meta/llama')).toBe(true);
    expect(may(['meta/llama'], 'meta/llama-2')).toBe(false);
    expect(may(['meta/*'], 'meta/llama-2')).toBe(true);
    expect(may(['family:llama'], 'x/y', 'llama')).toBe(true);
    expect(may(['family:llama'], 'x/y', 'qwen')).toBe(false);
    expect(may(['family:llama'], 'family:llama')).toBe(true);
    expect(may(['family:*'], 'x/y', 'llama')).toBe(false);
  });

  it('are none without the scope for answers', () => {
    expect(mayUseModel({ scopes: ['admin', 'metrics'], models: null }, { id: 'a' })).toBe(false);
  });
});

describe('the endpoints of a key', () => {
  const chat = { scope: 'inference', path: '/v1/chat/completions' } as const;

  it('are those of its scopes', () => {
    expect(() => refuseEndpoint(anonymous, chat)).not.toThrow();
    expect(() => refuseEndpoint({ scopes: ['metrics'], endpoints: null }, chat)).toThrow('scope `inference`');
  });

  it('are none that manage the server where keys are switched off, and the refusal speaks of no key that was sent', () => {
    const ps = { scope: 'admin', path: '/v1/manifold/ps' } as const;
    expect(() => refuseEndpoint(anonymous, ps)).toThrow(/^Keys are switched off here, and .+ scope `admin`\.$/);
  });

  it('are narrowed by paths and globs, never widened', () => {
    const endpoints = ['/v1/embeddings', '/v1/chat/*', '/v1/manifold/keys'];
    expect(() => refuseEndpoint({ scopes: ['inference'], endpoints }, chat)).not.toThrow();
    expect(() =>
      refuseEndpoint({ scopes: ['inference'], endpoints }, { scope: 'inference', path: '/v1/completions' }),
    ).toThrow(expect.objectContaining({ code: 'endpoint_not_allowed' }));
    expect(() =>
      refuseEndpoint({ scopes: ['inference'], endpoints }, { scope: 'admin', path: '/v1/manifold/keys' }),
    ).toThrow('scope `admin`');
  });
});
