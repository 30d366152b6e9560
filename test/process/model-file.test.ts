import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeScriptedModel } from '../support/scripted-model.ts';
import { modelId, startServerProcess, type ServerProcess } from '../support/server-process.ts';

const dir = mkdtempSync(join(tmpdir(), 'manifold-model-file-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const broken = join(dir, 'broken.gguf');
writeFileSync(broken, 'GGUF and then nothing of use');

/** What the list of models says of the first. */
async function reasonOf(server: ServerProcess): Promise<string | null | undefined> {
  const { data } = (await (await server.fetch('/v1/models')).json()) as {
    data: { manifold: { reason: string | null } }[];
  };
  return data[0]?.manifold.reason;
}

describe('a model file', () => {
  it.each([
    ['that is not there', join(dir, 'none.gguf')],
    ['that is broken', broken],
  ])('%s leaves a server that lives, is not ready and says why', async (_, modelPath) => {
    await using server = await startServerProcess({ modelPath, until: 'settled' });

    expect((await server.fetch('/v1/health/live')).status).toBe(200);
    expect((await server.fetch('/v1/health/ready')).status).toBe(503);
    const refused = await server.chat('hello');
    expect(refused.status).toBe(503);
    const { error } = (await refused.json()) as { error: { message: string; type: string } };
    expect(error).toMatchObject({
      type: 'server_error',
      message: expect.stringMatching(/^This model cannot run: .*\w+\.gguf/),
    });
    expect(error.message).not.toContain(dir);
    expect(await reasonOf(server)).toMatch(/^The model file \w+\.gguf /);
    expect(server.stderr()).toContain(modelPath);
  });

  it('is not the only one that clients are told of without its place', async () => {
    const model = writeScriptedModel();
    const adapter = join(dir, 'none.gguf');
    await using server = await startServerProcess({
      config: { models: [{ id: modelId, path: model.path, adapters: [{ name: 'a', path: adapter }] }] },
      until: 'settled',
    });
    model.remove();

    expect(await (await server.chat('hello')).text()).toContain('This model cannot run: The model file none.gguf ');
    expect(await reasonOf(server)).toMatch(/^The model file none\.gguf /);
    expect(server.stderr()).toContain(adapter);
  });
});
