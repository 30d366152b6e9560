import koffi from 'koffi';
import { openLibLlama, type LibLlama, type Pointer } from '../../src/engine-host/libllama/bindings.ts';
import { findLibrary } from '../../src/engine-host/libllama/find-library.ts';

/**
 * Opens the library in this process, which works once, and silences its logs: a load writes hundreds of lines.
 * An engine host's logs end up with its supervisor; here they would drown the report.
 */
export function openQuietLibrary(): LibLlama {
  const paths = findLibrary();
  const library = openLibLlama(paths);
  library.backendInit();
  const llama = koffi.load(paths.libllama);
  // Any native function that does nothing will do as the logger; one in JavaScript could not be called from
  // the library's threads.
  const nothing: Pointer = llama.symbol('llama_supports_mmap');
  llama.func('void llama_log_set(void *callback, void *data)')(nothing, null);
  return library;
}
