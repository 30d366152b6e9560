import koffi from 'koffi';
import type { Pointer } from './bindings.ts';
import type { ParamStruct } from './structs.ts';

/** A device that can hold layers, as ggml names it ("CUDA0"). */
export interface Device {
  readonly name: string;
  readonly description: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly handle: Pointer;
}

/** `enum ggml_backend_dev_type`: a GPU with its own memory, and one that shares the processor's. */
const graphicsTypes = new Set([1, 2]);

/** `llama_max_devices()` of every build so far. */
const mostDevices = 16;

/** The GPUs that the loaded backends see; none with the CPU libraries. */
export function listGraphicsDevices(ggml: ReturnType<typeof koffi.load>): Device[] {
  const count = ggml.func('size_t ggml_backend_dev_count()')() as number;
  const get = ggml.func('void *ggml_backend_dev_get(size_t index)');
  const type = ggml.func('int ggml_backend_dev_type(void *device)');
  const name = ggml.func('const char *ggml_backend_dev_name(void *device)');
  const description = ggml.func('const char *ggml_backend_dev_description(void *device)');
  const memory = ggml.func('void ggml_backend_dev_memory(void *device, _Out_ size_t *free, _Out_ size_t *total)');
  return Array.from({ length: count }, (_, index) => get(index) as Pointer)
    .filter((handle) => graphicsTypes.has(type(handle) as number))
    .map((handle) => {
      const free = [0];
      const total = [0];
      memory(handle, free, total);
      return {
        name: name(handle) as string,
        description: description(handle) as string,
        freeBytes: Number(free[0]),
        totalBytes: Number(total[0]),
        handle,
      };
    });
}

/**
 * The part of the model parameters that says which devices take layers and in which shares; the arrays it
 * points to live as long as the process. Without devices it says: none, also where the library sees some.
 */
export function createPlacement(devices: readonly Device[], tensorSplit: readonly number[] | undefined): ParamStruct {
  const list: Pointer = koffi.alloc('uint64_t', devices.length + 1);
  new BigUint64Array(koffi.view(list, (devices.length + 1) * 8)).set([...devices.map(({ handle }) => handle), 0n]);
  if (tensorSplit === undefined) return { devices: list };
  // The library reads a share for each device it could have.
  const shares: Pointer = koffi.alloc('float', mostDevices);
  const view = new Float32Array(koffi.view(shares, mostDevices * 4)).fill(0);
  view.set(tensorSplit.slice(0, mostDevices));
  return { devices: list, tensor_split: shares };
}
