import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { findLibrary, type LibraryPaths, libraryPackage } from '../../engine-host/libllama/find-library.ts';
import type { Finding, Patient } from './finding.ts';

/** The llama.cpp libraries, and whether they load. They are loaded in a child: native code may abort. */
export async function checkLibraries({ config }: Patient): Promise<Finding[]> {
  let paths: LibraryPaths;
  try {
    paths = findLibrary(config.libDir);
  } catch (failure) {
    const found = failure instanceof Error ? failure.message : String(failure);
    const advice = `Run \`npm install ${libraryPackage()}\`, or point --lib-dir at a llama.cpp build.`;
    return [{ check: 'libraries', status: 'fail', found, advice }];
  }
  return [await tryLibrary(paths.libllama)];
}

async function tryLibrary(library: string): Promise<Finding> {
  const script = 'require(process.argv[1]).load(process.argv[2])';
  try {
    const koffi = createRequire(import.meta.url).resolve('koffi');
    await promisify(execFile)(process.execPath, ['-e', script, koffi, library], { timeout: 20_000 });
    return { check: 'libraries', status: 'ok', found: `${library} loads` };
  } catch (failure) {
    const output = (failure as { stderr?: string }).stderr ?? '';
    const reason = /Error: (.*)/.exec(output)?.[1] ?? String(failure).split('\n')[0];
    const advice =
      'It may be built for another system (musl, older glibc); use --lib-dir with a build of this machine.';
    return { check: 'libraries', status: 'fail', found: `${library} does not load: ${reason}`, advice };
  }
}
