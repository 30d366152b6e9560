import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { startGuarded } from './guarded-process.ts';

const env = { PATH: process.env['PATH'] };

/** Whether a process runs; one that nobody has waited for yet does not. */
function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .startsWith('Z');
  } catch {
    return false;
  }
}

const childrenOf = (pid: number) => {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
};

describe('a guarded program', () => {
  it('gets its arguments as they are, nothing to read, and the environment it is given', async () => {
    const program = 'printf "%s|" "$@" "$GIVEN" "$HOME"; cat';
    const child = startGuarded('/bin/sh', ['-c', program, 'sh', 'a b', '$x', "it's"], { ...env, GIVEN: 'yes' });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    const [code] = (await once(child, 'close')) as [number];

    expect(code).toBe(0);
    expect(said).toBe("a b|$x|it's|yes||");
  });

  it('ends as it wants to, and its guard with it', async () => {
    const before = childrenOf(process.pid);
    const child = startGuarded('/bin/sh', ['-c', 'exit 7'], env);
    const [code] = (await once(child, 'close')) as [number];

    expect(code).toBe(7);
    await expect.poll(() => childrenOf(process.pid).filter((pid) => !before.includes(pid) && isAlive(pid))).toEqual([]);
  });

  it('that is not there ends with 127', async () => {
    const child = startGuarded('/nowhere/program', [], env);

    expect((await once(child, 'close'))[0]).toBe(127);
  });

  it('does not run where too many files are open to start its guard', () => {
    const module = new URL('./guarded-process.ts', import.meta.url).href;
    const script = `import { startGuarded } from '${module}';
      import { openSync } from 'node:fs';
      const child = startGuarded('/bin/echo', ['it runs'], { PATH: process.env.PATH });
      try { for (;;) openSync('/dev/null', 'r'); } catch {}
      child.stdout.pipe(process.stdout);
      child.once('close', (code, signal) => process.stdout.write(String(signal)));`;
    const limited = 'ulimit -n 100 && exec "$0" --input-type=module --eval "$1"';

    expect(execFileSync('/bin/sh', ['-c', limited, process.execPath, script], { encoding: 'utf8' })).toBe('SIGKILL');
  });

  it('ends when its parent is killed', async () => {
    const module = new URL('./guarded-process.ts', import.meta.url).href;
    const script = `import { startGuarded } from '${module}';
      const child = startGuarded('/bin/sleep', ['600'], { PATH: process.env.PATH });
      console.log(child.pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await expect.poll(() => childrenOf(parent.pid ?? 0).length).toBe(2);
    const all = [pid, ...childrenOf(parent.pid ?? 0)];

    parent.kill('SIGKILL');

    await expect.poll(() => all.filter(isAlive)).toEqual([]);
  });

  it('whose guard is gone ends, too', async () => {
    const before = childrenOf(process.pid);
    const child = startGuarded('/bin/sleep', ['600'], env);
    const guard = () => childrenOf(process.pid).find((pid) => !before.includes(pid) && pid !== child.pid);
    const pid = await vi.waitUntil(guard, { timeout: 15_000 });
    process.kill(pid, 'SIGKILL');

    expect((await once(child, 'close'))[1]).toBe('SIGKILL');
  });
});
