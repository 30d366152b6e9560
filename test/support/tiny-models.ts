import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyFamilies, writeModel } from '../../scripts/make-model.ts';
import type { TensorType } from '../../scripts/gguf/tensor-types.ts';
import { hostOptions, type EngineTuning } from '../../src/api/internal/engine-host.ts';
import { readGgufHeader } from '../../src/engine-host/gguf-header.ts';
import type { LibLlama } from '../../src/engine-host/libllama/bindings.ts';
import type { MemoryKind } from '../../src/engine-host/memory-kind.ts';
import { loadModel, type LoadedModel } from '../../src/engine-host/model.ts';
import { createThreads } from '../../src/engine-host/threads.ts';
import { openQuietLibrary } from './quiet-library.ts';

export type TinyFamily = keyof typeof tinyFamilies;

export const tinyFamilyNames = Object.keys(tinyFamilies) as TinyFamily[];

/** One pool of cells for all sequences, or a part of its own for each. */
export type CellLayout = 'shared' | 'own';
export type LoadTuning = Partial<Pick<EngineTuning, 'flashAttention'>> & { readonly cellLayout?: CellLayout };

/** Which memory each family has. Phi-3's files name a window, which llama.cpp ignores. */
export const tinyMemoryKinds: Readonly<Record<TinyFamily, MemoryKind>> = {
  llama: 'positions',
  mistral: 'positions',
  mixtral: 'positions',
  qwen2: 'positions',
  qwen3: 'positions',
  qwen3moe: 'positions',
  gemma2: 'window',
  gemma3: 'window',
  phi3: 'positions',
  phi4: 'positions',
  granite: 'positions',
  'granite-hybrid': 'state',
  nemotron: 'positions',
  'nemotron-h': 'state',
  'nemotron-h-moe': 'state',
  deepseek2: 'positions',
  'gpt-oss': 'window',
  mamba2: 'state',
};

/** Files of tiny models in a directory of their own, and a way to load them into this process. */
export interface TinyModels {
  write(family: TinyFamily, type?: TensorType): { readonly path: string; readonly endToken: number };
  /** Loads a family with four sequences of 256 tokens and one thread. */
  load(family: TinyFamily, options?: LoadTuning & { readonly type?: TensorType }): Promise<LoadedModel>;
  remove(): void;
}

export function createTinyModels(): TinyModels {
  const directory = mkdtempSync(join(tmpdir(), 'manifold-test-'));
  let library: LibLlama | undefined;
  const write: TinyModels['write'] = (family, type = 'f32') => {
    const path = join(directory, `${family}-${type}.gguf`);
    return { path, ...writeModel(family, path, type) };
  };
  return {
    write,
    load(family, { type, ...tuning } = {}) {
      library ??= openQuietLibrary();
      const options = hostOptions.parse({
        modelPath: write(family, type).path,
        modelId: family,
        socketPath: '',
        context: 256,
        slots: 4,
        threads: 1,
        ...tuning,
        maxWaiting: 1,
      });
      return loadModel(options, {
        library,
        header: readGgufHeader(options.modelPath),
        available: Infinity,
        threads: createThreads(1),
        onProgress: () => undefined,
      });
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
