import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { packageRoot } from '../../src/config/package-root.ts';

/** What a figure is worth nothing without: the machine, the code, and how busy the machine was. */
export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGibibytes: number;
  readonly node: string;
  readonly commit: string;
  /** Processes that wanted to run, averaged over the minute before the start. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  return {
    date: new Date().toISOString(),
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    commit: commit(),
    loadBefore: loadavg()[0] ?? 0,
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: packageRoot, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
