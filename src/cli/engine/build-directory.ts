import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { amxRepairFiles } from './amx-repair.ts';
import { cmakeFlags } from './cmake-flags.ts';
import { pinnedSource } from './pinned-source.ts';

/** Where one llama.cpp is fetched, compiled and found again. */
export interface BuildDirectory {
  readonly root: string;
  /** The tree that is compiled: the fetched one, or the person's own. */
  readonly source: string;
  readonly build: string;
  readonly log: string;
  readonly server: string;
}

/** The pinned source has a directory named after its release; each source of the person's own has one named after its path. */
export function buildDirectory(stateDir: string, ownSource?: string): BuildDirectory {
  const name =
    ownSource === undefined
      ? pinnedSource.llamaCpp
      : `source-${createHash('sha256').update(ownSource).digest('hex').slice(0, 12)}`;
  const root = join(stateDir, 'llama.cpp', name);
  const build = join(root, 'build');
  return {
    root,
    source: ownSource ?? join(root, 'source'),
    build,
    log: join(root, 'build.log'),
    server: join(build, 'bin', 'llama-server'),
  };
}

/** What this release builds with: a build made otherwise is made again. */
const how = [...cmakeFlags, ...Object.values(amxRepairFiles)];

const finishedFile = ({ root }: BuildDirectory) => join(root, 'finished.json');

/** Notes that everything was compiled; the last act of a build. */
export function markFinished(directory: BuildDirectory): void {
  writeFileSync(finishedFile(directory), JSON.stringify({ source: directory.source, flags: how }, null, 2));
}

/** Takes the note back: what is there now may be of an earlier build in part. */
export function markUnfinished(directory: BuildDirectory): void {
  rmSync(finishedFile(directory), { force: true });
}

/** Whether a build came to its end, with the flags of this release, and its programs are still there. */
export function isFinished(directory: BuildDirectory): boolean {
  try {
    const { flags } = JSON.parse(readFileSync(finishedFile(directory), 'utf8')) as { flags?: unknown };
    return JSON.stringify(flags) === JSON.stringify(how) && existsSync(directory.server);
  } catch {
    return false;
  }
}
