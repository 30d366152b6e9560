import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
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

test('of several names that NIM would serve a model under, those that are left out are told', () => {
  const { config, warnings } = load({ NIM_SERVED_MODEL_NAME: 'a, b,c' });
  expect(config.models).toMatchObject([{ id: 'a' }]);
  expect(warnings).toEqual([expect.stringMatching(/^NIM_SERVED_MODEL_NAME: .* as a, and not as b, c;/)]);
  expect(load({ NIM_SERVED_MODEL_NAME: 'a,a' }).warnings).toEqual([]);
});

test.each(['hf:org/name:Q4_K_M', 'hf://org/name:Q4_K_M'])('%s is served under its name on the hub', (path) => {
  expect(load({ NIM_MODEL_PATH: path }).config.models).toMatchObject([{ id: 'org/name:Q4_K_M', path }]);
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

test.each([
  ['auth', ['nvapi-secret']],
  ['auth.enabled', 'nvapi-secret'],
  ['weights.endpoint', 'htp://me:nvapi-secret@hub'],
])('what stands at %s is not shown: it may be a key or a password', (path, value) => {
  expect(() => load({}, [{ path, value, origin: 'x' }])).toThrow(/^(?!.*secret)(auth|weights)/);
});

test.each([
  ['an alias of nothing', 'port: 1\nhost: *other\n', 'Unresolved alias'],
  ['an alias that grows without end', bomb(), 'Excessive alias count'],
  ['a tag that nobody knows', 'stateDir: !env HOME\n', 'Unresolved tag: !env'],
  ['a key that stands there twice', 'port: 1\nport: 2\n', 'must be unique at line 2, column 1$'],
])('%s in the file is told in one line', (_, text, said) => {
  const cwd = mkdtempSync(join(tmpdir(), 'manifold-config-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  writeFileSync(join(cwd, 'manifold.yaml'), text);
  expect(() => loadConfig({ env: {}, cwd })).toThrow(
    expect.objectContaining({
      code: 'configuration_invalid',
      message: expect.stringMatching(
        new RegExp(`^manifold\\.yaml is not valid YAML: .*${said}[^\\n]*(?<!:)$`),
      ) as string,
    }),
  );
});

/** Ten lists, each of ten times the one before. */
function bomb(): string {
  const lists = Array.from({ length: 10 }, (_, at) => {
    const items = at === 0 ? 'x' : Array.from({ length: 10 }, () => `*l${at - 1}`).join(', ');
    return `l${at}: &l${at} [${items}]\n`;
  });
  return lists.join('');
}

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
