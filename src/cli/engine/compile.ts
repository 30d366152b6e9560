import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { amxRepair, amxRepairFiles } from './amx-repair.ts';
import type { BuildDirectory } from './build-directory.ts';
import { cmakeFlags, targets } from './cmake-flags.ts';
import { runTool, type ToolContext } from './run-tool.ts';

/** Configures and compiles the source. Goes on where a build that was cut off stopped, if that is safe. */
export async function compile(
  directory: BuildDirectory,
  { cmake, builder }: { readonly cmake: string; readonly builder: string },
  options: { readonly jobs: number; readonly onProgress: (fraction: number) => void },
  context: ToolContext,
): Promise<void> {
  const { source, build } = directory;
  const generator = basename(builder) === 'make' ? 'Unix Makefiles' : 'Ninja';
  if (!canResume(build, generator)) rmSync(build, { recursive: true, force: true });
  for (const [name, text] of Object.entries(amxRepairFiles)) writeFileSync(join(directory.root, name), text);
  const configuration = [
    '-G',
    generator,
    `-DCMAKE_MAKE_PROGRAM=${builder}`,
    `-DCMAKE_PROJECT_INCLUDE=${join(directory.root, amxRepair)}`,
    ...cmakeFlags,
  ];
  await runTool(cmake, ['-S', source, '-B', build, ...configuration], context);
  const env = { ...context.env, NINJA_STATUS: '[%f/%t] ' };
  await runTool(
    builder,
    ['-C', build, `-j${options.jobs}`, ...targets],
    { ...context, env },
    readProgress(options.onProgress),
  );
}

/** ninja knows which of its outputs are whole. make takes a half-written object file for a finished one. */
function canResume(build: string, generator: string): boolean {
  try {
    const cache = readFileSync(join(build, 'CMakeCache.txt'), 'utf8');
    return generator === 'Ninja' && /^CMAKE_GENERATOR:INTERNAL=Ninja$/m.test(cache);
  } catch {
    return false;
  }
}

/** Reads ninja's `[12/218]` and make's `[ 37%]`. */
function readProgress(report: (fraction: number) => void): (line: string) => void {
  return (line) => {
    const [, done, total = '100'] = /^\[\s*(\d+)(?:\/(\d+)|%)\]/.exec(line) ?? [];
    if (done !== undefined) report(Number(done) / Number(total));
  };
}
