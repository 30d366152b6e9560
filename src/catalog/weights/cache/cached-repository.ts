import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile, readdir, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { filesBelow, type FoundFile } from './files-below.ts';

/**
 * One repository in a cache laid out as the hub's own tools do: `blobs/` holds contents by their hash, `snapshots/` the
 * files of each commit as links to them, `refs/` the commit of each branch.
 *
 * https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export interface CachedRepository {
  readonly folder: string;
  /** Where the files of a commit lie. */
  snapshot(commit: string): string;
  blob(name: string): string;
  /** Commits that are there, best first: that of the revision only, or without one that of main and then the newest. */
  commits(revision?: string): Promise<string[]>;
  files(commit: string): Promise<FoundFile[]>;
  /** Makes a blob a file of a commit. */
  link(commit: string, path: string, blob: string): Promise<void>;
  /** Makes a branch or tag lead to a commit. */
  point(revision: string, commit: string): Promise<void>;
}

export function createCachedRepository(cacheDir: string, repository: string): CachedRepository {
  const folder = join(cacheDir, `models--${repository.replaceAll('/', '--')}`);
  const snapshot = (commit: string) => join(folder, 'snapshots', commit);
  const blob = (name: string) => join(folder, 'blobs', name);
  const isThere = (commit: string) => exists(snapshot(commit));
  const refOf = (revision: string) =>
    readFile(join(folder, 'refs', revision), 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    );

  return {
    folder,
    snapshot,
    blob,
    async commits(revision) {
      const wanted = (await refOf(revision ?? 'main')) ?? revision;
      const first = wanted !== undefined && isCommit(wanted) && (await isThere(wanted)) ? [wanted] : [];
      if (revision !== undefined) return first;
      const others = (await readdir(join(folder, 'snapshots')).catch(() => [])).filter(isCommit);
      const dated = await Promise.all(others.map(async (name) => ({ name, at: await changedAt(snapshot(name)) })));
      return [...new Set([...first, ...dated.toSorted((a, b) => b.at - a.at).map(({ name }) => name)])];
    },
    files: (commit) => filesBelow(snapshot(commit)),
    async link(commit, path, name) {
      const place = join(snapshot(commit), path);
      await mkdir(dirname(place), { recursive: true });
      await linkWhole(relative(dirname(place), blob(name)), place).catch(async (failure: unknown) => {
        // Where links are not allowed, the file itself goes to the snapshot, as the hub's tools do.
        if (!isLinkRefusal(failure)) throw failure;
        await rename(blob(name), place);
      });
    },
    async point(revision, commit) {
      const place = join(folder, 'refs', revision);
      await mkdir(dirname(place), { recursive: true });
      const draft = draftOf(place);
      await writeFile(draft, commit);
      await rename(draft, place);
    },
  };
}

export function isCommit(text: string): boolean {
  return /^[\da-f]{40}$/.test(text);
}

/** A link that replaces whatever is in its place, all at once. */
async function linkWhole(target: string, place: string): Promise<void> {
  const draft = draftOf(place);
  await symlink(target, draft);
  await rename(draft, place);
}

/** Beside the place, and of this one writer: several may be at it at the same time. */
function draftOf(place: string): string {
  return `${place}.${randomUUID().slice(0, 8)}`;
}

function isLinkRefusal(failure: unknown): boolean {
  const code = (failure as NodeJS.ErrnoException).code ?? '';
  return ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(code);
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
