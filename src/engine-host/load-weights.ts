import type { HostOptions } from '../api/internal/engine-host.ts';
import { ManifoldError } from '../errors.ts';
import { chooseOffload, type Offload } from './choose-offload.ts';
import type { GgufHeader } from './gguf-header.ts';
import { openLibLlama, type LibLlama, type Pointer } from './libllama/bindings.ts';
import { createPlacement } from './libllama/devices.ts';
import { findLibrary } from './libllama/find-library.ts';
import { watchLoading } from './libllama/load-progress.ts';
import { verifyLayout } from './libllama/verify-layout.ts';
import { requireMemory, type MemoryEstimate } from './memory-estimate.ts';

interface LoadParts {
  readonly options: HostOptions;
  /** What the model needs with its context. */
  readonly estimate: MemoryEstimate;
  readonly onProgress: (fraction: number) => void;
  /** The library, where this process has opened it before. */
  readonly opened?: LibLlama | undefined;
}

/** A model's weights in memory, without a context. */
interface LoadedWeights {
  readonly library: LibLlama;
  readonly model: Pointer;
  readonly offload: Offload;
}

/** Opens the library, chooses where the layers go, makes sure that there is memory, and loads. */
export async function loadWeights(header: GgufHeader, parts: LoadParts): Promise<LoadedWeights> {
  const { options, estimate, onProgress, opened } = parts;
  const library = opened ?? openLibrary(options.libDir);
  const offload = chooseOffload(options, library.graphicsDevices(), layersOf(header), estimate);
  requireMemory(remaining(estimate, 1 - offload.layers / offload.of));
  const model = await load(library, options, offload, onProgress);
  if (model === null) throw unloadable(header, options.modelPath);
  return { library, model, offload };
}

function openLibrary(libDir: string | undefined): LibLlama {
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

/** What is left for the processor's memory when a share of the layers is elsewhere. */
function remaining(estimate: MemoryEstimate, share: number): MemoryEstimate {
  return {
    weights: estimate.weights * share,
    keyValueCache: estimate.keyValueCache * share,
    compute: estimate.compute,
  };
}

function layersOf(header: GgufHeader): number {
  return Number(header.metadata.get(`${header.architecture}.block_count`) ?? 0);
}

function unloadable(header: GgufHeader, path: string): ManifoldError {
  return new ManifoldError(
    'model_unsupported',
    `The model file ${path} (architecture "${header.architecture}") cannot be loaded: this llama.cpp does not know it, or its tensors are damaged.`,
  );
}
