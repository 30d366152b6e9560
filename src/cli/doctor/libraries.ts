import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { findLibrary, type LibraryPaths, libraryPackage } from '../../engine-host/libllama/find-library.ts';
import { libraryDirectory } from '../engine/library-directory.ts';
import { programFile } from '../../lib/program-file.ts';
import type { Finding, Patient } from './finding.ts';

const probeReport = z.object({
  version: z.string(),
  devices: z.array(
    z.object({ name: z.string(), description: z.string(), freeBytes: z.number(), totalBytes: z.number() }),
  ),
});

/** The llama.cpp libraries: whether they load and are the right ones, and which GPUs they see. */
export async function checkLibraries({ config, env }: Patient): Promise<Finding[]> {
  const directory = libraryDirectory(config, env);
  let paths: LibraryPaths;
  try {
    paths = findLibrary(directory);
  } catch (failure) {
    const found = failure instanceof Error ? failure.message : String(failure);
    const advice = `Run \`npm install ${libraryPackage()}\`, or point --lib-dir at a llama.cpp build.`;
    return [{ check: 'libraries', status: 'fail', found, advice }];
  }
  return probe(paths, directory);
}

async function probe(paths: LibraryPaths, libDir: string | undefined): Promise<Finding[]> {
  const entry = programFile('../../engine-host/probe', import.meta.url);
  const args = [entry, ...(libDir === undefined ? [] : [libDir])];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
    const { version, devices } = probeReport.parse(JSON.parse(stdout));
    return [
      {
        check: 'libraries',
        status: 'ok',
        found: `${paths.libllama} loads (llama.cpp ${version})`,
        ...slowerThan(libDir),
      },
      ...devices.map(({ name, description, freeBytes, totalBytes }): Finding => {
        const memory = `${gib(freeBytes)} of ${gib(totalBytes)} GiB free`;
        return { check: 'offload', status: 'ok', found: `${name}: ${description}, ${memory}; layers go there` };
      }),
    ];
  } catch (failure) {
    const output = (failure as { stderr?: string }).stderr ?? '';
    const reason = /Error: (.*)/.exec(output)?.[1] ?? String(failure).split('\n')[0];
    const advice =
      'It may be built for another system (musl, older glibc); use --lib-dir with a build of this machine.';
    return [{ check: 'libraries', status: 'fail', found: `${paths.libllama} cannot be used: ${reason}`, advice }];
  }
}

/** The packaged libraries suit many processors; what is compiled here suits this one. */
function slowerThan(libDir: string | undefined): Pick<Finding, 'advice'> {
  return libDir === undefined ? { advice: '`manifold engine build` compiles faster ones for this processor.' } : {};
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
