import koffi from 'koffi';
import type { Pointer } from './bindings.ts';

/**
 * A native callback that reports load progress, 0 to 1. It is called while the load runs on another thread
 * and the event loop is free; keep it registered until the load ended.
 */
export function watchLoading(onProgress: (fraction: number) => void): { callback: Pointer; stop(): void } {
  // Without a name: names are global and cannot be given twice, and a process may load several models.
  const prototype = koffi.proto('bool', ['float', 'void *']);
  const callback = koffi.register((fraction: number) => {
    onProgress(fraction);
    return true;
  }, koffi.pointer(prototype));
  return { callback, stop: () => koffi.unregister(callback) };
}
