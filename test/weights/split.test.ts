import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeGguf, type Metadata } from '../../scripts/gguf/write-gguf.ts';
import { scriptedContents, testScripts } from '../../scripts/make-scripted-model.ts';
import { startHubServer } from '../support/hub-server.ts';
import { runManifold } from '../support/run-manifold.ts';
import { startServerProcess } from '../support/server-process.ts';

/** Three parts, the first without weights, as the largest models are divided. */
function dividedModel(): Record<string, Buffer> {
  const { metadata, tensors } = scriptedContents(testScripts, { contextLength: 4096 });
  const half = Math.ceil(tensors.length / 2);
  const partOf = (at: number): Metadata => ({
    'general.architecture': { type: 'string', value: 'llama' },
    'split.no': { type: 'u16', value: at },
    'split.count': { type: 'u16', value: 3 },
    'split.tensors.count': { type: 'i32', value: tensors.length },
  });
  return {
    'F32/divided-F32-00001-of-00003.gguf': writeGguf({ ...metadata, ...partOf(0) }, []),
    'F32/divided-F32-00002-of-00003.gguf': writeGguf(partOf(1), tensors.slice(0, half)),
    'F32/divided-F32-00003-of-00003.gguf': writeGguf(partOf(2), tensors.slice(half)),
  };
}

it('a model in several parts is pulled and answers', async () => {
  await using hub = await startHubServer();
  const dir = mkdtempSync(join(tmpdir(), 'manifold-split-'));
  const env = { HOME: dir, HF_ENDPOINT: hub.url };
  hub.put('org/divided', dividedModel());

  const pulled = await runManifold(['pull', 'hf:org/divided'], { env });
  expect(pulled.stderr).toContain('hf:org/divided:F32');
  await using server = await startServerProcess({ modelPath: 'hf:org/divided:F32', env });

  expect(await (await server.chat('hello')).json()).toMatchObject({
    choices: [{ message: { content: 'Hello, I am a script.' } }],
  });
  rmSync(dir, { recursive: true, force: true });
});
