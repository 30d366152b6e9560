import { existsSync } from 'node:fs';
import { join } from 'node:path';

const link = join(import.meta.dirname, '..', '..', '.services', 'llama-server');

/** The llama-server that tests run: `LLAMA_SERVER_PATH`, else the one that `scripts/ci-setup` built. */
export function llamaServerProgram(): string {
  const path = process.env['LLAMA_SERVER_PATH'] || link;
  if (existsSync(path)) return path;
  throw new Error(`There is no llama-server at ${path}: run scripts/ci-setup, or name one in LLAMA_SERVER_PATH.`);
}
