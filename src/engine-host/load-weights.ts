import type { HostOptions, MemoryNeed } from '../api/internal/engine-host.ts';
import { ManifoldError } from '../errors.ts';
import { chooseOffload, type Offload } from './choose-offload.ts';
import { layersOf, type GgufHeader } from './gguf-header.ts';
import { openLibLlama, type LibLlama, type Pointer } from './libllama/bindings.ts';
import { createPlacement } from './libllama/devices.ts';
import { findLibrary } from './libllama/find-library.ts';
import { watchLoading } from './libllama/load-progress.ts';
import { verifyLayout } from './libllama/verify-layout.ts';
import { requireMemory } from './memory-estimate.ts';
import { without } from './plan-load.ts';

interface LoadParts {
  readonly options: HostOptions;
  /** What the model needs with its context. */
  readonly need: MemoryNeed;
  /** Bytes that it may take. */
  readonly available: number;
  readonly onProgress: (fraction: number) => void;
  readonly library: LibLlama;
}

/** A model's weights in memory, without a context. */
interface LoadedWeights {
  readonly model: Pointer;
  readonly offload: Offload;
}

/** Chooses where the layers go, makes sure that there is memory, and loads. */
export async function loadWeights(header: GgufHeader, parts: LoadParts): Promise<LoadedWeights> {
  const { options, need, available, onProgress, library } = parts;
  const offload = chooseOffload(options, library.graphicsDevices(), layersOf(header), need);
  requireMemory(without(need, offload), available);
  const model = await load(library, options, offload, onProgress);
  if (model === null) throw unloadable(header, options.modelPath);
  return { model, offload };
}

/** Opens the library and makes sure that it is one that we know. A process can do so only once. */
export function openLibrary(libDir: string | undefined): LibLlama {
  const library = openLibLlama(findLibrary(libDir));
  verifyLayout(library);
  library.backendInit();
  return library;
}

async function load(
  library: LibLlama,
  { modelPath, tensorSplit }: HostOptions,
  offload: Offload,
  onProgress: (fraction: number) => void,
): Promise<Pointer | null> {
  const progress = watchLoading(onProgress);
  const placement = createPlacement(offload.devices, tensorSplit);
  try {
    return await library.loadModel(modelPath, {
      ...library.modelDefaultParams(),
      ...placement,
      n_gpu_layers: offload.layers,
      progress_callback: progress.callback,
    });
  } finally {
    progress.stop();
  }
}

function unloadable(header: GgufHeader, path: string): ManifoldError {
  return new ManifoldError(
    'model_unsupported',
    `The model file ${path} (architecture "${header.architecture}") cannot be loaded: this llama.cpp does not know it, or its tensors are damaged.`,
  );
}
