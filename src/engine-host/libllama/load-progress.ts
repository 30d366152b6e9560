import koffi from 'koffi';
import type { Pointer } from './bindings.ts';

/**
 * A native callback that reports load progress, 0 to 1. It is called while the load runs on another thread
 * and the event loop is free; keep it registered until the load ended.
 */
export function watchLoading(onProgress: (fraction: number) => void): { callback: Pointer; stop(): void } {
  const prototype = koffi.proto('bool llama_progress_callback(float progress, void *user_data)');
  const callback = koffi.register((fraction: number) => {
    onProgress(fraction);
    return true;
  }, koffi.pointer(prototype));
  return { callback, stop: () => koffi.unregister(callback) };
}
