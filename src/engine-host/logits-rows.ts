import koffi from 'koffi';
import type { LibLlama, Pointer } from './libllama/bindings.ts';

/** Views are small, but V8 counts what they show as memory in use. */
const mostViews = 64;

/**
 * Reads rows of the last batch: `size` logits in the library's own memory, there until the next decode; undefined for a row
 * that has none, which ends the process when it is sampled. A view is made once for each place: V8 collects all garbage
 * after some fifty views of a large vocabulary, which took a tenth of the processor from decoding.
 */
export function createLogitsRows(
  library: Pick<LibLlama, 'logitsRow'>,
  context: Pointer,
  size: number,
): (row: number) => Float32Array | undefined {
  const views = new Map<Pointer, Float32Array>();
  return (row) => {
    const address = library.logitsRow(context, row);
    if (address === null) return undefined;
    const known = views.get(address);
    if (known !== undefined) return known;
    // The library has moved its rows: it makes room for as many as a batch has.
    if (views.size >= mostViews) views.clear();
    const view = new Float32Array(koffi.view(address, size * 4));
    views.set(address, view);
    return view;
  };
}
