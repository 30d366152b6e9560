import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scriptedModel, testScripts } from '../../scripts/make-scripted-model.ts';

/** A scripted model file in a directory of its own; `remove` deletes both. */
export function writeScriptedModel(contextLength = 32_768): { path: string; directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'manifold-test-'));
  const path = join(directory, 'scripted.gguf');
  writeFileSync(path, scriptedModel(testScripts, { contextLength }));
  return { path, directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
