import { expect, test } from 'vitest';
import { loadConfig } from './load-config.ts';

const load = (env: NodeJS.ProcessEnv, flags: Parameters<typeof loadConfig>[0]['flags'] = []) =>
  loadConfig({ env, flags, cwd: '/nonexistent' });

test('without anything the built-in model is served', () => {
  const { config } = load({});
  expect(config.models[0]).toMatchObject({ id: 'manifold/builtin', slots: 4 });
  expect(config.models[0]?.path).toMatch(/\/models\/builtin\/manifold-builtin\.gguf$/);
});

test('flags win over the environment, Manifold names over NIM names', () => {
  const { config, origins } = load({ NIM_SERVER_PORT: '1', MANIFOLD_PORT: '2', NIM_MAX_MODEL_LEN: '4096' }, [
    { path: 'models', value: [{ path: 'a/b.gguf' }], origin: '--model' },
  ]);
  expect(config.port).toBe(2);
  expect(origins.get('port')).toBe('MANIFOLD_PORT');
  expect(config.models).toMatchObject([{ id: 'b', path: '/nonexistent/a/b.gguf', context: 4096, slots: 4 }]);
});

test("Kubernetes' service variables are no configuration; unknown names are told", () => {
  const { config, warnings } = load({
    MANIFOLD_PORT: 'tcp://10.0.0.1:8000',
    MANIFOLD_SERVICE_HOST: 'x',
    MANIFOLD_PROT: '1',
  });
  expect(config.port).toBe(8000);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('MANIFOLD_PROT');
});

test('a wrong value names key and origin, and a key is never shown', () => {
  expect(() => load({ MANIFOLD_PORT: '99999' })).toThrow(/^port \(from MANIFOLD_PORT\): .* Given: 99999\.$/);
  expect(() => load({ MANIFOLD_KEYS: 'short' })).toThrow(/^(?!.*"short").*auth\.keys\.0 \(from MANIFOLD_KEYS\)/);
});

test.each([
  [['a key with blanks in it'], 'visible ASCII'],
  [['schlüssel-von-sechzehn'], 'visible ASCII'],
  [['k'.repeat(513)], 'visible ASCII'],
  [['a-key-of-sixteen-a', { key: 'a-key-of-sixteen-a', id: 'b' }], 'the same text'],
  [['a-key-of-sixteen-a', { key: 'a-key-of-sixteen-b', id: '1' }], 'the same id'],
])('keys that open nothing, or are taken for each other, are refused: %j', (keys, why) => {
  expect(() => load({}, [{ path: 'auth.keys', value: keys, origin: 'x' }])).toThrow(why);
});

test('what is wrong within a key is named, not the key', () => {
  const keys = [{ key: 'a-key-of-sixteen-a', scopes: ['inference', 'root'] }];
  expect(() => load({}, [{ path: 'auth.keys', value: keys, origin: 'x' }])).toThrow(
    /^auth\.keys\.0\.scopes\.1 \(from x\): .*"admin"/,
  );
});

test.each(['host', 'admin.host', 'stateDir', 'libDir'])(
  'an empty %s means nothing, least of all everything',
  (path) => {
    expect(() => load({}, [{ path, value: '', origin: '--flag' }])).toThrow(`${path} (from --flag): Too small`);
  },
);

test.each(['x', '1.5'])('layers on GPUs that are %s are told what they may be', (layers) => {
  expect(() => load({ MANIFOLD_GPU_LAYERS: layers })).toThrow(/a whole number of layers, or `auto`/);
});

test('what is missing is named, with what needs it', () => {
  expect(() => load({}, [{ path: 'tls.cert', value: 'cert.pem', origin: '--tls-cert' }])).toThrow(
    'tls.key: It is missing; what --tls-cert says needs it.',
  );
});
