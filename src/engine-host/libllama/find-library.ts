import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ManifoldError } from '../../errors.ts';

export interface LibraryPaths {
  readonly directory: string;
  readonly libllama: string;
  readonly libggml: string;
}

/** The npm package with the prebuilt libraries for this platform. */
export function libraryPackage(): string {
  const { platform, arch } = process;
  return platform === 'darwin' && arch === 'arm64'
    ? '@node-llama-cpp/mac-arm64-metal'
    : `@node-llama-cpp/${platform === 'win32' ? 'win' : platform === 'darwin' ? 'mac' : platform}-${arch}`;
}

/**
 * Finds libllama and libggml: in `libDir` when given, else in the platform's package. File names carry a
 * version or a variant (`libllama.v0.5.0.so`), so they are found by pattern.
 */
export function findLibrary(libDir?: string): LibraryPaths {
  const directory = libDir ?? packagedDirectory();
  const names = listing(directory);
  const find = (stem: string) =>
    names.find((name) =>
      new RegExp(`^(lib)?${stem}(\\.[^-]*)?\\.(so|dylib|dll)$|^(lib)?${stem}\\.so(\\.\\d+)*$`).test(name),
    );
  const libllama = find('llama');
  const libggml = find('ggml');
  if (!libllama || !libggml) {
    throw new ManifoldError(
      'native_library_unusable',
      `The directory ${directory} holds no libllama and libggml; point --lib-dir at a llama.cpp v0.5.0 build.`,
    );
  }
  return { directory, libllama: join(directory, libllama), libggml: join(directory, libggml) };
}

function packagedDirectory(): string {
  const name = libraryPackage();
  try {
    // Its exports hide package.json; the entry is `dist/index.js`.
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const variant = readdirSync(join(root, 'bins'))[0];
    if (variant) return join(root, 'bins', variant);
  } catch (cause) {
    throw new ManifoldError(
      'native_library_unusable',
      `The package ${name} is not installed: install with optional dependencies, or give --lib-dir.`,
      { cause },
    );
  }
  throw new ManifoldError('native_library_unusable', `The package ${name} holds no libraries; reinstall it.`);
}

function listing(directory: string): string[] {
  try {
    return readdirSync(directory).toSorted();
  } catch (cause) {
    throw new ManifoldError('native_library_unusable', `The library directory ${directory} cannot be read.`, { cause });
  }
}
