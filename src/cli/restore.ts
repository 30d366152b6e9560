import { existsSync } from 'node:fs';
import { chmod, copyFile, link, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { lockStateDir } from '../config/state-lock.ts';
import { ManifoldError } from '../errors.ts';
import { bringToDisk } from '../lib/bring-to-disk.ts';
import { checkCopy, type PartVersions } from '../store/check-copy.ts';
import { addStateOptions, type StateFlags, stateDirFromFlags } from './state-options.ts';
import { databaseFile, openStateStore, schemas } from './state-store.ts';
import { say, type Terminal } from './terminal.ts';

const help = `
The file is looked over first, and what was there before is kept beside it. Stop the server before.
Keys that were revoked or rotated since the backup work as they did then: revoke them again.

Examples:
  manifold restore /backups/manifold-2026-01-31.db
`;

/** `manifold restore`: puts a backup in the place of what a state directory keeps. */
export function restoreCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('restore'))
    .argument('<file>', 'a file that `manifold backup` wrote')
    .description('take keys and usage from a backup')
    .addHelpText('after', help)
    .action(async (name: string, flags: StateFlags) => {
      const file = resolve(terminal.cwd, name);
      const stateDir = stateDirFromFlags(flags, terminal);
      const lock = lockStateDir(stateDir, 'manifold restore');
      try {
        const kept = await restore(file, databaseFile(stateDir));
        say(terminal.stderr, `Restored from ${file}.${kept === undefined ? '' : ` What was there before: ${kept}`}`);
      } finally {
        lock.release();
      }
    });
}

/** Returns where the database that was there now lies. Until the last step it is where it was. */
async function restore(from: string, to: string): Promise<string | undefined> {
  const draft = `${to}.${process.pid}.restored`;
  try {
    await copyFile(from, draft).catch((cause: unknown) => {
      throw new ManifoldError(
        'configuration_invalid',
        `The file ${from} cannot be read or copied; see that it is there.`,
        {
          cause,
        },
      );
    });
    await chmod(draft, 0o600);
    refuseNewer(await checkCopy(draft, from), from);
    await bringToDisk(draft);
    const kept = await keep(to);
    await rename(draft, to);
    await bringToDisk(dirname(to));
    return kept;
  } finally {
    await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(draft + suffix, { force: true })));
  }
}

function refuseNewer(versions: PartVersions, file: string): void {
  for (const [part, migrations] of Object.entries(schemas)) {
    const version = versions.get(part) ?? 0;
    if (version <= migrations.length) continue;
    throw new ManifoldError(
      'configuration_invalid',
      `The file ${file} is of a newer release (${part} version ${version}, this one knows ${migrations.length}); restore it with that.`,
    );
  }
}

/**
 * Gives the database a second name, if there is one. What a write-ahead log holds goes with it, also where the database
 * was moved away by hand: it would spoil the one that comes.
 */
async function keep(file: string): Promise<string | undefined> {
  const kept = `${file}.before-restore-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  const isThere = existsSync(file);
  if (isThere) {
    // Opened and closed, a database has no log beside it. One that is beyond that is why somebody restores.
    await openStateStore(dirname(file)).then(
      (store) => store.close(),
      () => undefined,
    );
    await link(file, kept);
  }
  for (const suffix of ['-wal', '-shm']) if (existsSync(file + suffix)) await rename(file + suffix, kept + suffix);
  return isThere ? kept : undefined;
}
