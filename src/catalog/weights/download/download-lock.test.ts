import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSystemClock } from '../../../lib/clock.ts';
import { lockDownload } from './download-lock.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-lock-'));
  path = join(dir, 'locks', 'a.lock');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const lock = (onWait: (pid: number | undefined) => void = () => undefined, signal = new AbortController().signal) =>
  lockDownload(path, { signal, clock: createSystemClock(), onWait: (holder) => onWait(holder?.pid) });

describe('the lock of a download', () => {
  it('is held by one at a time, also within a process', async () => {
    const order: string[] = [];
    const first = await lock();
    const waited: (number | undefined)[] = [];
    const second = lock((pid) => waited.push(pid)).then((release) => {
      order.push('second');
      return release;
    });
    await expect.poll(() => waited).toEqual([process.pid]);
    order.push('first');
    await first();
    await (
      await second
    )();

    expect(order).toEqual(['first', 'second']);
    expect(readdirSync(join(dir, 'locks'))).toEqual([]);
  });

  it('of a process that died is free at once, for one only', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await (
      await lock()
    )();
    writeFileSync(path, JSON.stringify({ pid: child.pid, host: hostname(), token: 'dead' }));

    let holders = 0;
    let most = 0;
    const all = Array.from({ length: 5 }, async () => {
      const release = await lock();
      most = Math.max(most, ++holders);
      await new Promise((resolve) => setTimeout(resolve, 20));
      holders--;
      await release();
    });
    await Promise.all(all);

    expect(most).toBe(1);
  });

  it('of another machine is free when nothing was heard of it for a while', async () => {
    await (
      await lock()
    )();
    writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere', token: 'far' }));
    const leaving = new AbortController();
    const waited: (number | undefined)[] = [];
    const waiting = lock((pid) => waited.push(pid), leaving.signal);
    await expect.poll(() => waited).toEqual([1]);
    leaving.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');

    const longAgo = Date.now() / 1000 - 3600;
    utimesSync(path, longAgo, longAgo);

    await (
      await lock()
    )();
  });
});
