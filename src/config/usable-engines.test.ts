import { describe, expect, it } from 'vitest';
import { upstreamEngine } from './upstream-engine.ts';
import { loadConfig } from './load-config.ts';
import { resolveEngines } from './resolve-engines.ts';
import { usableEngines } from './usable-engines.ts';

describe('engines of a configuration', () => {
  it.each<[unknown, string[]]>([
    [undefined, []],
    [[{ kind: 'hosted-nim' }], ['hosted-nim']],
    [{ kind: 'hosted-nim' }, []],
    [{ a: { kind: 'vllm', url: 'http://a' }, b: { kind: 'ollama' } }, ['a', 'b']],
    [
      [{ kind: 'ollama' }, { kind: 'ollama', url: 'http://b:1' }],
      ['ollama', 'ollama-2'],
    ],
  ])('%j are named %j', (given, names) => {
    expect(usableEngines(given, 'm.yaml').engines.map((engine) => (engine as { name: string }).name)).toEqual(names);
  });

  it.each<[object, RegExp]>([
    [{ kind: 'vllm' }, /^engines\.vllm \(from m\.yaml\): url: Give a `url`/],
    [{ kind: 'vlm', url: 'http://a' }, /^engines\.vlm .*kind: /],
    [{ url: 'ftp://a' }, /url: An address is http/],
    [{ url: 'http://user:secret@a' }, /url: A key does not belong in an address/],
    [{ url: 'http://a/v1/chat/completions' }, /url: An address ends before .*`\/chat\/completions`/],
    [{ url: 'http://a/v1/models/' }, /url: An address ends before .*`\/models\/`/],
    [{ url: 'http://a', apiPath: 'v2' }, /apiPath: A path begins with/],
    [{ url: 'http://a', replicas: ['http://b'] }, /replicas: Give a `url` or `replicas`/],
    [{ url: 'http://a', key: 'k', keyFrom: { env: 'K' } }, /keyFrom: /],
    [{ url: 'http://a', keyFrom: { env: 'K', file: 'f' } }, /keyFrom: /],
    [{ replicas: ['http://a', 'http://b'], selfRouting: true }, /selfRouting: /],
    [{ url: 'http://a', objective: 'x' }, /objective: /],
    [{ url: 'http://a', insecure: true }, /insecure/],
  ])('%j is left out, and told; the others go on', (bad, warning) => {
    const { engines, warnings } = usableEngines([bad, { name: 'good', url: 'http://c' }], 'm.yaml');

    expect(engines).toHaveLength(1);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(warning);
    expect(warnings[0]).toMatch(/This engine is left out\.$/);
    expect(warnings[0]).not.toContain('secret');
  });

  it('a key for hosted NIM in the environment is one engine', () => {
    const { config, origins } = loadConfig({ env: { NGC_API_KEY: 'nvapi-x' }, cwd: '/nonexistent' });

    expect(config.engines).toMatchObject([{ kind: 'hosted-nim', name: 'hosted-nim' }]);
    expect(origins.get('engines')).toBe('NGC_API_KEY');
    expect(JSON.stringify(config)).not.toContain('nvapi-x');
    expect(config.models).toMatchObject([{ id: 'manifold/builtin' }]);
  });

  it('the built-in model can be switched off', () => {
    expect(loadConfig({ env: { MANIFOLD_BUILT_IN: 'no' }, cwd: '/nonexistent' }).config.models).toEqual([]);
  });
});

describe('what an engine names', () => {
  const resolved = (engine: object, env: NodeJS.ProcessEnv = {}) => {
    const leftOut: string[] = [];
    const engines = resolveEngines([upstreamEngine.parse(engine)], env, (_name, reason) => leftOut.push(reason));
    return { engine: engines[0], leftOut };
  };

  it('is read', () => {
    expect(resolved({ kind: 'hosted-nim' }, { NVIDIA_API_KEY: 'nvapi-a' }).engine).toMatchObject({
      key: 'nvapi-a',
      replicas: [{ url: 'https://integrate.api.nvidia.com' }],
    });
    expect(resolved({ url: 'http://a', keyFrom: { env: 'K' }, models: ['m'] }, { K: 'k' }).engine).toMatchObject({
      key: 'k',
      models: { m: 'm' },
    });
    expect(resolved({ kind: 'ollama', models: { 'meta/llama': 'llama3.3:70b' } }).engine).toMatchObject({
      replicas: [{ url: 'http://127.0.0.1:11434' }],
      models: { 'meta/llama': 'llama3.3:70b' },
    });
  });

  it.each([
    [{ kind: 'hosted-nim' }, /set NVIDIA_API_KEY or NGC_API_KEY/],
    [{ url: 'http://a', keyFrom: { env: 'K' } }, /variable K/],
    [{ url: 'http://a', keyFrom: { file: '/nonexistent/key' } }, /cannot be read: \/nonexistent\/key/],
    [{ url: 'http://a', tls: { ca: '/nonexistent/ca' } }, /cannot be read/],
    [{ url: 'http://a', key: 'a b\nc' }, /characters that no key has/],
  ])('%j and is not there leaves it out', (engine, reason) => {
    const { engine: none, leftOut } = resolved(engine);

    expect(none).toBeUndefined();
    expect(leftOut[0]).toMatch(reason);
  });
});
