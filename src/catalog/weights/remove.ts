import { readdir, readlink, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { createCachedRepository, type CachedRepository } from './cache/cached-repository.ts';
import { discardPartials, partialSuffix } from './cache/partials.ts';
import type { LocalWeights } from './find.ts';

/** What was given back to the disk. */
export interface Removed {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Removes a model's files from every commit of its repository in the cache, and the contents that no other file there
 * links to. What other tools keep of the repository stays.
 */
export async function removeFromHubCache(
  cacheDir: string,
  repository: string,
  weights: LocalWeights,
): Promise<Removed> {
  const cached = createCachedRepository(cacheDir, repository);
  const contents = new Set(await Promise.all(weights.files.map((file) => realpath(file))));
  const links = await linksOf(cached);
  const leading = links.filter(({ target }) => contents.has(target));
  const kept = twinsOf(leading, new Set(weights.files));
  for (const { path, place } of leading) if (!kept.has(path)) await rm(place, { force: true });
  const needed = new Set(leading.filter(({ path }) => kept.has(path)).map(({ target }) => target));
  const freed = await removeFiles([...contents].filter((file) => !needed.has(file)));
  await removeEmpty(cached, links);
  return freed;
}

/** Removes what was begun and not ended of a repository's downloads, but for what a process works at. */
export async function removeBegun(cacheDir: string, repository: string): Promise<Removed> {
  const cached = createCachedRepository(cacheDir, repository);
  const removed = await discardPartials(cached);
  if ((await cached.commits()).length === 0) await removeEmpty(cached, []);
  return removed;
}

/** Removes files that are of no repository, and the folders below `root` that they leave empty. */
export async function removePlain(root: string, weights: LocalWeights): Promise<Removed> {
  const removed = await removeFiles(weights.files);
  for (const file of weights.files) {
    for (let at = dirname(file); at.startsWith(root) && at !== root; at = dirname(at)) {
      if (!(await removeIfEmpty(at))) break;
    }
  }
  return removed;
}

/**
 * Which names of a model's contents are those of another model: they stand beside its own in the same commit. A name that
 * only another commit has is an earlier or later one of the same.
 */
function twinsOf(links: readonly Link[], own: ReadonlySet<string>): ReadonlySet<string> {
  const commits = new Set(links.filter(({ place }) => own.has(place)).map(({ commit }) => commit));
  return new Set(links.filter(({ commit, place }) => commits.has(commit) && !own.has(place)).map(({ path }) => path));
}

interface Link {
  readonly commit: string;
  /** Its name in the repository. */
  readonly path: string;
  readonly place: string;
  /** The file it leads to, or the place itself when it is one. */
  readonly target: string;
}

async function linksOf(cached: CachedRepository): Promise<Link[]> {
  const links: Link[] = [];
  for (const commit of await cached.commits()) {
    const folder = cached.snapshot(commit);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((each) => !each.isDirectory())) {
      const place = join(entry.parentPath, entry.name);
      const target = await realpath(place).catch(async () => join(dirname(place), await readlink(place)));
      links.push({ commit, path: relative(folder, place), place, target });
    }
  }
  return links;
}

async function removeFiles(files: readonly string[]): Promise<Removed> {
  let bytes = 0;
  for (const file of files) {
    bytes += await stat(file).then(
      ({ size }) => size,
      () => 0,
    );
    for (const each of [file, `${file}${partialSuffix}`, `${file}${partialSuffix}.json`])
      await rm(each, { force: true });
  }
  return { files: files.length, bytes };
}

/** Commits without files go, and branches that led to them; with the last commit the whole folder. */
async function removeEmpty(cached: CachedRepository, before: readonly Link[]): Promise<void> {
  for (const commit of new Set(before.map((link) => link.commit))) await removeIfEmpty(cached.snapshot(commit), true);
  const left = new Set(await cached.commits());
  const refs = join(cached.folder, 'refs');
  const names = await readdir(refs, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of names.filter((each) => each.isFile())) {
    const place = join(entry.parentPath, entry.name);
    const [commit] = await cached.commits(place.slice(refs.length + 1));
    if (commit === undefined || !left.has(commit)) await rm(place, { force: true });
  }
  if (left.size > 0) return;
  await discardPartials(cached);
  const blobs = await readdir(join(cached.folder, 'blobs')).catch(() => []);
  if (blobs.length > 0) return;
  await rm(cached.folder, { recursive: true, force: true });
  await rm(join(dirname(cached.folder), '.locks', basename(cached.folder)), { recursive: true, force: true });
}

/** Removes a folder, and with `isDeep` the empty ones in it. Returns whether it is gone. */
async function removeIfEmpty(folder: string, isDeep = false): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (isDeep) for (const entry of entries) if (entry.isDirectory()) await removeIfEmpty(join(folder, entry.name), true);
  return rmdir(folder).then(
    () => true,
    () => false,
  );
}
