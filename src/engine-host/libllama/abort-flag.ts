import koffi from 'koffi';
import type { LibLlama, Pointer } from './bindings.ts';

/**
 * The library asks a callback between the nodes of its graph whether to stop. It asks from its own threads,
 * where JavaScript cannot run, so the callback is libc's `strlen` and its data is a string that is empty until
 * it should stop.
 */
export function createAbortFlag(library: LibLlama, context: Pointer): { set(isRaised: boolean): void } {
  const text: Pointer = koffi.alloc('uint8_t', 2);
  const bytes = new Uint8Array(koffi.view(text, 2));
  bytes.fill(0);
  library.setAbortCallback(context, library.strlenAddress, text);
  return {
    set(isRaised) {
      bytes[0] = isRaised ? 1 : 0;
    },
  };
}
