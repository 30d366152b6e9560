import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { launcher } from '../support/run-manifold.ts';
import { startServerProcess } from '../support/server-process.ts';

it('is JSON lines where it goes to no terminal', async () => {
  await using server = await startServerProcess();
  await (await server.chat('hello')).text();
  await expect.poll(() => server.accessLog()).toMatchObject([{ route: '/v1/chat/completions', status: 200 }]);
});

it.each([
  ['--log-format text', { args: ['--log-format', 'text'] }],
  ['NIM_JSONL_LOGGING=0', { env: { NIM_JSONL_LOGGING: '0' } }],
])('is text without colours with %s', async (_, options) => {
  await using server = await startServerProcess(options);
  await (await server.chat('hello')).text();
  await expect
    .poll(() => server.stdout())
    .toMatch(/^\d\d:\d\d:\d\d info {2}request \S+ .*route=\/v1\/chat\/completions .*status=200 /m);
});

const ctrlC = '\u0003';
// util-linux has it: a program that gives a command a terminal.
const hasTerminals = spawnSync('script', ['--version']).status === 0;

it.runIf(hasTerminals)('is text on a terminal, and no line of it is mixed with the progress of a load', async () => {
  const serve = `'${process.execPath}' '${launcher}' serve --port 0 --no-auth --state-dir "$(mktemp -d)" --log-level debug`;
  const terminal = spawn('script', ['-qec', serve, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let seen = '';
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text));
  const ended = once(terminal, 'close');
  await expect.poll(() => seen, { timeout: 60_000 }).toContain('Try it:');
  terminal.stdin.write(ctrlC);
  await ended;
  expect(seen.replaceAll('\u001b', 'ESC')).toMatch(/\rESC\[2KESC\[2m\d\d:\d\d:\d\dESC\[0m .*model loaded/);
  expect(seen).not.toMatch(/%[^\r\n]/);
});
