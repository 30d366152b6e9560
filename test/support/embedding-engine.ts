import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModel, type tinyEmbeddingFamilies } from '../../scripts/make-model.ts';
import { embeddingRequest, type EmbeddingInput, type EmbeddingRequest } from '../../src/api/embeddings.ts';
import type { EmbeddedOptions } from '../../src/engines/embedded/embedded-engine.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { startEngine } from './engine.ts';

/** The embedding families, and those that answer: they can be made to embed. */
type Family = keyof typeof tinyEmbeddingFamilies | 'qwen3';

/** A file of a tiny model in a directory of its own; `remove` deletes both. */
export function writeEmbeddingModel(family: Family): { readonly path: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'manifold-test-'));
  const path = join(directory, `${family}.gguf`);
  writeModel(family, path);
  return { path, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** An engine host with a tiny embedding model of its own, which is removed when the engine closes. */
export async function startEmbeddingEngine(family: Family, options: Partial<EmbeddedOptions> = {}): Promise<Engine> {
  const file = writeEmbeddingModel(family);
  const engine = await startEngine(file.path, { modelId: family, ...options });
  return { ...engine, close: () => engine.close().finally(() => file.remove()) };
}

export interface Embedded {
  readonly vectors: readonly Float32Array[];
  readonly promptTokens: number;
  readonly emulated: readonly string[];
}

/** Embeds inputs to the end. */
export async function embed(
  engine: Engine,
  input: EmbeddingInput,
  fields: Partial<EmbeddingRequest> = {},
  signal = new AbortController().signal,
): Promise<Embedded> {
  const request = embeddingRequest.parse({ model: 'tiny', input, ...fields });
  const vectors: Float32Array[] = [];
  let promptTokens = 0;
  let emulated: readonly string[] = [];
  const caller = { cacheSalt: '', onEmulated: (names: readonly string[]) => void (emulated = names) };
  for await (const event of (await engine.embed?.(request, signal, caller)) ?? []) {
    vectors[event.index] = floatsOf(event.embedding);
    promptTokens += event.prompt_tokens;
  }
  return { vectors, promptTokens, emulated };
}

/** The numbers of a vector in base64. */
export function floatsOf(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

/** How far two vectors are apart in the value where they differ most. */
export function apart(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): number {
  if (a === undefined || b === undefined || a.length !== b.length) return Infinity;
  return Math.max(...Array.from(a, (value, at) => Math.abs(value - (b[at] ?? Number.NaN))));
}
