import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { run } from './run.ts';

it('the doctor speaks without colours to a terminal that wants none', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'manifold-doctor-'));
  const shown = async (env: NodeJS.ProcessEnv) => {
    const stdout = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true });
    const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
    await run(['doctor', '--port', '0'], { ...streams, cwd, env: { HOME: cwd, ...env } });
    return String(stdout.read());
  };

  expect(await shown({})).toContain('\u001b[32mok');
  expect(await shown({ NO_COLOR: '1' })).toMatch(/^ok {4}node/);
  rmSync(cwd, { recursive: true });
});
