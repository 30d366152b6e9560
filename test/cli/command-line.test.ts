import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockStateDir } from '../../src/config/state-lock.ts';
import { runManifold } from '../support/run-manifold.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-cli-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  runManifold(args, { cwd: dir, env: { MANIFOLD_STATE_DIR: join(dir, 'state'), ...env } });

test('no command shows help', async () => {
  const { code, stdout } = await run([]);
  expect(code).toBe(0);
  const names = 'serve chat models show pull rm doctor config engine keys reload usage backup restore version'.split(
    ' ',
  );
  for (const command of names) expect(stdout).toContain(command);
});

test('help of keys names defaults of a new key only, each once', async () => {
  const [create, change, rotate] = await Promise.all(
    ['create', 'change', 'rotate'].map((command) => run(['keys', command, '--help'])),
  );
  expect(create?.stdout).toMatch(/--scope .+\n? +.*\(default:\s+inference\)/);
  expect(change?.stdout).not.toMatch(/default:\s+(inference|every|1\b|never)/);
  expect(rotate?.stdout.match(/default/g)).toHaveLength(3);
});

test.each([[['engine']], [['keys']], [['help', 'nonsense']]])(
  '%j shows what there is, and exits with 2',
  async (args) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^Usage: manifold[^]+\nmanifold: name one of the commands above\n$/);
  },
);

test.each([
  [['serv']],
  [['serve', '--prot', '1']],
  [['serve', '--port', 'x']],
  [['keys', 'lose']],
  [['keys', 'list', '--limit', 'ten']],
  [['keys', 'audit', '--limit', '0']],
  [['keys', 'change', 'key_1', '--pause', '--resume']],
  [['usage', '--json', '--csv']],
  [['keys', 'create', '--expires', '999999999w']],
  [['keys', 'create', '--expires', '2027-02-31']],
  [['keys', 'create', '--expires', '01/02/2027']],
  [['chat', 'hello']],
])('wrong usage %j is one line and exit code 2', async (args) => {
  const { code, stdout, stderr } = await run(args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^manifold: .+\n$/);
});

test.each([
  [['serv'], "unknown command 'serv' (Did you mean serve?); see `manifold --help`"],
  [['keys', 'lose'], "unknown command 'lose' (Did you mean list?); see `manifold keys --help`"],
  [
    ['keys', 'list', 'x'],
    "too many arguments for 'list'. Expected 0 arguments but got 1: x; see `manifold keys list --help`",
  ],
  [['show'], "missing required argument 'model'; see `manifold show --help`"],
  [['serve', '--port', 'x'], "argument 'x' is invalid. It must be a number; see `manifold serve --help`"],
])('of wrong usage %j it says what is wrong and whose help to read', async (args, said) => {
  expect((await run(args)).stderr).toContain(`${said}\n`);
});

test('layers on GPUs may be a number or auto, and it says so', async () => {
  const { stderr } = await run(['serve', '--gpu-layers', 'x']);
  expect(stderr).toContain('It must be a number, or `auto`;');
});

test('config shows where values come from and hides keys', async () => {
  const file = join(dir, 'm.yaml');
  writeFileSync(file, 'port: 7000\nauth:\n  keys: [a-secret-of-sixteen]\n');
  const { code, stdout } = await run(['config', '--config', file, '--slots', '2'], { MANIFOLD_HOST: '::1' });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^port +7000 +m\.yaml$/m);
  expect(stdout).toMatch(/^host +::1 +MANIFOLD_HOST$/m);
  expect(stdout).toMatch(/^models\.0\.slots +2 +--slots$/m);
  expect(stdout).not.toContain('a-secret');
});

test('config tells what a list or a map of names was given, and what of it is a default', async () => {
  const file = join(dir, 'o.yaml');
  writeFileSync(
    file,
    'images: { allowHosts: [a.test] }\nprices: { house/v1.5: { input: 1, output: 2 } }\n' +
      'limits: { teams: { blue: { burst: 2 } } }\nmodels: [{ path: a.gguf, threads: 3 }]\nengines: [{ kind: ollama, tier: 0 }]\n',
  );
  const { stdout } = await run(['config', '--config', file]);
  const { stdout: builtIn } = await run(['config']);
  const origins = (of: string) => of.split('\n').map((line) => line.split(/ {2,}/));
  expect(origins(stdout)).toEqual(
    expect.arrayContaining([
      ['images.allowHosts.0', 'a.test', 'o.yaml'],
      ['images.formats.0', 'png', 'default'],
      ['prices.house/v1.5.input', '1', 'o.yaml'],
      ['limits.teams.blue.burst', '2', 'o.yaml'],
      ['models.0.threads', '3', 'o.yaml'],
      ['models.0.id', 'a', 'default'],
      ['models.0.slots', '4', 'default'],
      ['engines.0.tier', '0', 'o.yaml'],
      ['engines.0.stickyUpTo', '1.5', 'default'],
    ]),
  );
  expect(origins(builtIn)).toContainEqual(['models.0.id', 'manifold/builtin', 'built in']);
});

test('config shows engines without their keys, and says which is left out', async () => {
  const file = join(dir, 'e.yaml');
  writeFileSync(file, 'engines:\n  - { kind: vllm, url: "http://a", key: sk-secret }\n  - { kind: sglang }\n');
  const { code, stdout, stderr } = await run(['config', '--config', file]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^engines\.0\.url +http:\/\/a +e\.yaml$/m);
  expect(stdout).toMatch(/^engines\.0\.key +<redacted>/m);
  expect(stdout).not.toContain('sk-secret');
  expect(stderr).toMatch(/^manifold: engines\.sglang \(from e\.yaml\): url: .+ This engine is left out\.\n$/);
});

test('config hides the password of a mirror', async () => {
  const file = join(dir, 'w.yaml');
  writeFileSync(file, 'weights: { mirror: "https://me:s3cret@files.test/models" }\n');
  const { stdout } = await run(['config', '--config', file]);
  expect(stdout).toMatch(/^weights\.mirror +https:\/\/<redacted>@files\.test\/models +w\.yaml$/m);
});

test('a wrong configuration is one line and exit code 1', async () => {
  const { code, stderr } = await run(['serve'], { NIM_SERVER_PORT: 'many' });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^manifold: port \(from NIM_SERVER_PORT\): .+\n$/);
});

test('doctor --json lists findings, each with a status', async () => {
  const { code, stdout } = await run(['doctor', '--json', '--port', '0']);
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { check: string; status: string }[] };
  expect(code).toBe(ok ? 0 : 1);
  expect(findings.map(({ check }) => check)).toEqual(
    expect.arrayContaining(['node', 'processor', 'memory', 'libraries', 'port', 'state']),
  );
});

test.each([
  ['4096', /4096 tokens, about .* GiB, without flash attention: a processor writes long answers faster without it$/m],
  ['2048', /2048 tokens, about .* GiB$/m],
])('doctor says how a context of %s tokens attends on a processor, and why', async (context, found) => {
  const model = writeScriptedModel();
  const { stdout } = await run(['doctor', '--model', model.path, '--context', context, '--port', '0']);
  model.remove();
  expect(stdout).toMatch(found);
});

test('doctor says what a server would leave out', async () => {
  const file = join(dir, 'left-out.yaml');
  writeFileSync(file, 'engines:\n  a: { url: nowhere }\n  b: { url: "http://b", keyFrom: { env: NO_SUCH_KEY } }\n');
  const { stdout } = await run(['doctor', '--config', file, '--port', '0', '--json'], { MANIFOLD_PROT: '1' });
  const { findings } = JSON.parse(stdout) as { findings: { check: string; status: string; found: string }[] };
  expect(findings.filter(({ check }) => check === 'config')).toEqual(
    ['MANIFOLD_PROT', 'engines.a ', 'engines.b: The environment variable NO_SUCH_KEY'].map((said) => ({
      check: 'config',
      status: 'warn',
      found: expect.stringContaining(said) as string,
    })),
  );
});

test('doctor says how to get the weights of a model that has none here', async () => {
  const { code, stdout } = await run(['doctor', '--model', 'hf:org/none:Q4_K_M', '--port', '0'], { HF_HOME: dir });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^fail +model +org\/none:Q4_K_M: .*`manifold pull hf:org\/none:Q4_K_M` brings them\.$/m);
});

test('keys reset prints one key; keys list shows ids and beginnings only', async () => {
  const reset = await run(['keys', 'reset']);
  expect(reset.stdout).toMatch(/^nvapi-\w+\n$/);
  const list = await run(['keys', 'list']);
  expect(list.stdout).toMatch(/^key_\w+ {2}active {2}nvapi-\w{4}… {2}inference,metrics,admin\n$/);
  expect(list.stdout).not.toContain(reset.stdout.trim());
});

test('keys list says that there may be more, also beside JSON', async () => {
  const env = { MANIFOLD_STATE_DIR: join(dir, 'many') };
  await run(['keys', 'create'], env);
  const all = await run(['keys', 'list', '--json'], env);
  const some = await run(['keys', 'list', '--json', '--limit', '1'], env);
  const [key] = JSON.parse(some.stdout) as { id: string }[];
  expect([all.stderr, some.stderr]).toEqual(['', `There may be more: --after ${key?.id}\n`]);
});

test('a second server says who holds the state directory', async () => {
  const lock = lockStateDir(dir, 'http://127.0.0.1:1234');
  const { code, stderr } = await run(['serve', '--port', '0'], { MANIFOLD_STATE_DIR: dir });
  lock.release();
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`^manifold: .*pid ${process.pid}, http://127\\.0\\.0\\.1:1234.*--state-dir.*\\n$`));
});

test('reload signals nobody where the number of the server is that of another process', async () => {
  const bystander = spawn('sleep', ['60']);
  const ended = once(bystander, 'exit');
  const lock = lockStateDir(dir, 'http://127.0.0.1:1234');
  lock.announce('http://127.0.0.1:1234');
  const file = join(dir, 'lock');
  const seen = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...seen, pid: bystander.pid, processStart: 1 }));

  const { code, stderr } = await run(['reload'], { MANIFOLD_STATE_DIR: dir });
  lock.release();
  bystander.kill('SIGTERM');

  expect([code, stderr]).toEqual([1, expect.stringContaining('in another container')]);
  expect(await ended).toEqual([null, 'SIGTERM']);
});

test.each([['models'], ['show', 'some-model'], ['chat', '--once', 'hello']])(
  '%j asks the server of MANIFOLD_URL, and no other in its place',
  async (...args) => {
    const { code, stdout, stderr } = await run(args, { MANIFOLD_URL: 'http://127.0.0.1:9' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('No server answers at http://127.0.0.1:9');
  },
);
