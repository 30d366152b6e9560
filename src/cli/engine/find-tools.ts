import { CommandFailed } from '../exit-codes.ts';
import { findOnPath } from './find-on-path.ts';

/** What compiling needs. `builder` is ninja, or make where there is none. */
export const compileTools = ['cmake', 'builder', 'compiler'] as const;
/** What fetching the source needs; a source of the person's own needs none of it. */
export const fetchTools = ['npm', 'tar', 'git'] as const;

type ToolName = (typeof compileTools | typeof fetchTools)[number];

/** A program under any of its names, and the Debian package that brings it. */
interface Tool {
  readonly what: string;
  readonly names: readonly string[];
  readonly debian: string;
}

const tools: Readonly<Record<ToolName, Tool>> = {
  cmake: { what: 'cmake', names: ['cmake'], debian: 'cmake' },
  builder: { what: 'ninja or make', names: ['ninja', 'ninja-build', 'make'], debian: 'ninja-build' },
  compiler: { what: 'a C++ compiler', names: ['c++', 'g++', 'clang++'], debian: 'g++' },
  npm: { what: 'npm', names: ['npm'], debian: 'npm' },
  tar: { what: 'tar', names: ['tar'], debian: 'tar' },
  git: { what: 'git', names: ['git'], debian: 'git' },
};

/** The path of each program. Throws one line that names every one that is missing, and what brings it. */
export function findTools<Name extends ToolName>(
  wanted: readonly Name[],
  env: NodeJS.ProcessEnv,
): Record<Name, string> {
  const found = wanted.map((name) => [name, findOnPath(namesOf(name, env), env['PATH'] ?? '')] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => tools[name]);
  if (missing.length === 0) return Object.fromEntries(found) as Record<Name, string>;
  throw new CommandFailed(
    `Building llama.cpp needs ${missing.map(({ what }) => what).join(', ')}, not found on the PATH. ` +
      `Debian and Ubuntu: apt install ${missing.map(({ debian }) => debian).join(' ')}; elsewhere packages of like names.`,
  );
}

/** cmake obeys CXX, which may hold arguments or a wrapper in front (`ccache g++`). */
function namesOf(name: ToolName, env: NodeJS.ProcessEnv): readonly string[] {
  const compiler = env['CXX']?.trim().split(/\s+/)[0];
  return name === 'compiler' && compiler ? [compiler] : tools[name].names;
}
