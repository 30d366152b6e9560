import { closeSync, openSync, readSync } from 'node:fs';
import type { Finding, Patient } from './finding.ts';

/** Whether the configured model files are there and are GGUF. */
export function checkModelFiles({ config }: Patient): Finding[] {
  return config.models.map(({ id, path }) => {
    const name = id ?? path;
    const magic = firstBytes(path);
    if (magic === 'GGUF') return { check: 'model', status: 'ok', found: `${name}: ${path}` };
    const found = magic === undefined ? `${name}: ${path} cannot be read` : `${name}: ${path} is not a GGUF file`;
    return { check: 'model', status: 'fail', found, advice: 'Name a GGUF file with --model.' };
  });
}

function firstBytes(path: string): string | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(4);
      readSync(file, bytes, 0, 4, 0);
      return bytes.toString('latin1');
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
