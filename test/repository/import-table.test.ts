import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { members } from '../../scripts/import-table.ts';

const root = join(import.meta.dirname, '..', '..');
const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');

const forbidden: Record<string, [line: string, reason: RegExp]> = {
  'src/lib/deep/clock.ts': ["import '../../errors.ts';", /lib and errors .* are the ground/],
  'src/api/model.ts': ["import '../inference/chat.ts';", /api is the wire contract/],
  'src/engines/embedded/start.ts': ["import '../../engine-host/main.ts';", /started by path, never imported/],
  'src/inference/route.ts': ["import '../engines/embedded/index.ts';", /never one engine/],
  'src/limits/bucket.ts': ["import '../access/key.ts';", /do not know HTTP, engines or each other/],
  'src/server/app.ts': ["import 'koffi';", /can abort the process/],
  'src/cli/serve.ts': ["import 'fastify';", /which HTTP framework/],
};
const allowed: Record<string, string> = {
  'src/inference/admit.ts': "import '../engines/engine.ts'; import '../limits/bucket.ts'; import './route.ts';",
  'src/server/endpoints/chat.ts': "import '../../inference/chat.ts'; import '../sse.ts'; import 'fastify';",
  'src/engine-host/libllama/bindings.ts': "import 'koffi'; import '../slots.ts';",
  'src/compose.ts': "import './engines/embedded/start.ts'; import './server/app.ts';",
};

let folder: string;
let complaints: ReadonlyArray<{ filename: string; code: string; message: string; help?: string }>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-imports-'));
  await cp(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  const files = [...Object.entries(forbidden).map(([path, [line]]) => [path, line]), ...Object.entries(allowed)];
  for (const [path = '', text = ''] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `${text}\n`);
  }
  complaints = await lint(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the import table', () => {
  it.each(Object.entries(forbidden))('refuses in %s: %s', (path, [, reason]) => {
    const found = complaints.filter((complaint) => complaint.filename.endsWith(path));

    expect(found.map(({ code, message, help }) => `${code} ${message} ${help}`)).toEqual([
      expect.stringMatching(reason),
    ]);
  });

  it.each(Object.entries(allowed))('accepts %s: %s', (path) => {
    expect(complaints.filter((complaint) => complaint.filename.endsWith(path))).toEqual([]);
  });

  it('names every folder and file under src', async () => {
    const names = await readdir(join(root, 'src'));

    expect(names.map((name) => name.replace(/\.ts$/, '')).filter((name) => !isMember(name))).toEqual([]);
  });
});

function isMember(name: string): boolean {
  return members.some((member) => member === name);
}

async function lint(cwd: string): Promise<typeof complaints> {
  const only = ['-A', 'all', '-D', 'no-restricted-imports', '--format', 'json'];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [oxlint, ...only], { cwd }, (_failure, stdout) => resolve(stdout));
  });
  return JSON.parse(output).diagnostics;
}
