import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildLlamaServer } from '../../src/cli/engine/build.ts';
import { buildDirectory } from '../../src/cli/engine/build-directory.ts';
import { libraryDirectory } from '../../src/cli/engine/library-directory.ts';
import { fetchSource } from '../../src/cli/engine/fetch-source.ts';
import { verifyIntegrity } from '../../src/cli/engine/verify-integrity.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { runManifold } from '../support/run-manifold.ts';

let dir: string;
let tools: string;
let stateDir: string;
let source: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-engine-'));
  [tools, stateDir, source] = ['tools', 'state', 'llama.cpp'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(tools);
  mkdirSync(join(source, 'tools', 'server'), { recursive: true });
  for (const path of ['CMakeLists.txt', 'tools/server/CMakeLists.txt']) writeFileSync(join(source, path), '');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A program of the toolchain, as a shell script: what is built here is how the tools are used, not llama.cpp. */
function tool(name: string, script: string): void {
  const path = join(tools, name);
  writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  chmodSync(path, 0o755);
}

const cmake = 'mkdir -p "$4" && echo "CMAKE_GENERATOR:INTERNAL=$6" >> "$4/CMakeCache.txt"';
const ninja = 'mkdir -p "$2/bin" && echo server > "$2/bin/llama-server" && echo "[1/2] one" && echo "[2/2] two"';

function compilers(builder = 'ninja', script = ninja): void {
  tool('cmake', cmake);
  tool(builder, script);
  tool('c++', '');
}

/** Only the tools of the test: the machine's own must not be run. */
const env = () => ({ PATH: tools });

function build(options: { source?: string; force?: boolean; signal?: AbortSignal } = {}) {
  const stderr = new PassThrough();
  const terminal = { stderr, env: env(), cwd: dir } as unknown as Terminal;
  const { signal = new AbortController().signal, force = false } = options;
  const path = buildLlamaServer({ stateDir, source: options.source, jobs: 1, force, signal }, terminal);
  return { path, told: () => String(stderr.read() ?? '') };
}

const engine = (args: string[], path: string) =>
  runManifold(['engine', ...args], { cwd: dir, env: { MANIFOLD_STATE_DIR: stateDir, PATH: path } });

describe('manifold engine build', () => {
  it('names every tool that is missing, and what brings it, in one line', async () => {
    const { code, stderr } = await engine(['build'], tools);

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^manifold: .*cmake, ninja or make, a C\+\+ compiler, npm, tar, git.*apt install cmake ninja-build g\+\+.*\n$/,
    );
  });

  it('refuses a source directory that is no llama.cpp tree', async () => {
    rmSync(join(source, 'CMakeLists.txt'));

    const { code, stderr } = await engine(['build', '--source', source], tools);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^manifold: .*llama\.cpp has no CMakeLists\.txt.*\n$/);
  });

  it('prints where llama-server is, and `engine path` finds it', async () => {
    compilers();

    const built = await engine(['build', '--source', 'llama.cpp'], env().PATH);
    const found = await engine(['path', '--source', source], env().PATH);

    expect(built).toMatchObject({ code: 0, stdout: expect.stringMatching(/llama-server\n$/) as string });
    expect(found).toMatchObject({ code: 0, stdout: built.stdout });
  });

  it('shows how far it is', async () => {
    compilers();
    const { path, told } = build({ source });
    await path;

    expect(told()).toMatch(/Compiling .*\n.* 50%\n.* 100%\n$/);
  });

  it('reports the first complaint of the compiler and where the rest is', async () => {
    compilers('ninja', 'echo "ggml.c:7: error: no such thing" && echo later error && exit 2');

    await expect(build({ source }).path).rejects.toThrow(
      /^ninja failed \(exit 2\): ggml\.c:7: error: no such thing\. .*build\.log\.$/,
    );
  });

  it('ends what it started when it is stopped, and says that it can go on', async () => {
    compilers('ninja', `sleep 60 & echo $! > ${dir}/pid; echo "[1/2] one"; wait`);
    const stopping = new AbortController();
    const { path } = build({ source, signal: stopping.signal });
    await expect.poll(() => existsSync(join(dir, 'pid'))).toBe(true);

    stopping.abort();

    await expect(path).rejects.toThrow('goes on where it was');
  });

  it.each([
    ['ninja', true],
    ['make', false],
  ])('after an interruption with %s keeps the objects: %s', async (builder, isKept) => {
    compilers(builder, 'touch "$2/object.o"; exit 1');
    await expect(build({ source }).path).rejects.toThrow('failed');
    compilers(builder);
    await build({ source }).path;

    expect(existsSync(join(buildDirectory(stateDir, source).build, 'object.o'))).toBe(isKept);
  });
});

describe('the pinned source', () => {
  /** npm brings an archive, tar unpacks nothing, git makes the tree. */
  function fetchers(archive = 'archive'): void {
    tool('npm', `printf '${archive}' > "$4/node-llama-cpp-3.22.1.tgz"`);
    tool('tar', '');
    tool('git', 'mkdir -p "$6" && touch "$6/CMakeLists.txt"');
  }
  const sha512 = 'sha512-sRU36Ok1DOcSWqYvA3z8E7szGJ0jPd3ewR+Oo3NRdlDSb053ZXua6gAZX/g3UdaiFCZ0yyF+PzssiRO+IXhDRA==';

  it('that does not hash to the pinned integrity is refused, and nothing of it is kept', async () => {
    compilers();
    fetchers('something else');

    await expect(build().path).rejects.toThrow('not what this release expects');

    expect(readdirSync(buildDirectory(stateDir).root)).toEqual(['build.log', 'lock.held']);
  });

  it('is there whole once it is fetched', async () => {
    fetchers();
    const directory = buildDirectory(stateDir);
    mkdirSync(directory.root, { recursive: true });
    const context = { cwd: dir, env: env(), log: directory.log, signal: new AbortController().signal };
    const paths = { npm: join(tools, 'npm'), tar: join(tools, 'tar'), git: join(tools, 'git') };

    await fetchSource(directory, paths, context, sha512);

    expect(readdirSync(directory.root).toSorted()).toEqual(['build.log', 'source']);
    expect(readdirSync(directory.source)).toEqual(['CMakeLists.txt']);
  });

  it('is fetched and compiled once', async () => {
    const directory = buildDirectory(stateDir);
    mkdirSync(directory.source, { recursive: true });
    compilers();
    const first = await build().path;
    rmSync(tools, { recursive: true });

    await expect(build().path).resolves.toBe(first);
  });

  it('is compiled again when it is forced', async () => {
    mkdirSync(buildDirectory(stateDir).source, { recursive: true });
    compilers();
    await build().path;
    rmSync(tools, { recursive: true });
    mkdirSync(tools);

    await expect(build({ force: true }).path).rejects.toThrow('Building llama.cpp needs');
  });

  it('checks sha512 as npm writes it', async () => {
    const file = join(dir, 'file');
    writeFileSync(file, 'archive');

    await expect(verifyIntegrity(file, sha512)).resolves.toBeUndefined();
  });
});

describe('the engine', () => {
  const libraries = () => libraryDirectory({ stateDir }, {});

  it('computes with the packaged libraries until others are built', () => {
    expect(libraries()).toBeUndefined();
  });

  it('computes with what was built for this processor', async () => {
    mkdirSync(buildDirectory(stateDir).source, { recursive: true });
    compilers('ninja', `${ninja} && touch "$2/bin/libllama.so"`);
    const server = await build().path;

    expect(libraries()).toBe(dirname(server));
    expect(libraryDirectory({ stateDir, libDir: '/opt/own' }, {})).toBe('/opt/own');
  });

  it('does not touch a build that was not finished', async () => {
    mkdirSync(buildDirectory(stateDir).source, { recursive: true });
    compilers('ninja', 'mkdir -p "$2/bin" && touch "$2/bin/libllama.so" && exit 2');

    await expect(build().path).rejects.toThrow('ninja failed');
    expect(libraries()).toBeUndefined();
  });
});

describe('manifold engine path', () => {
  it('says how to build when nothing is built', async () => {
    const { code, stdout, stderr } = await engine(['path'], tools);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^manifold: .*not built.*`manifold engine build`.*\n$/);
  });
});
