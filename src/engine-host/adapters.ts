import type { AdapterOptions } from '../api/internal/engine-host.ts';
import { ManifoldError } from '../errors.ts';
import { readGgufHeader, textOf, type GgufHeader } from './gguf-header.ts';
import type { LibLlama, Pointer } from './libllama/bindings.ts';

/** The adapters of a model, by name. */
export interface Adapters {
  readonly names: readonly string[];
  /** For one context: makes its next steps those of the named adapter, or of the model alone. Never called during one. */
  wear(context: Pointer): (name: string | undefined) => void;
}

/** Loads the adapters that are configured. One that is damaged, or of another model, is a ManifoldError that names it. */
export async function loadAdapters(
  library: LibLlama,
  model: Pointer,
  header: GgufHeader,
  options: readonly AdapterOptions[],
): Promise<Adapters> {
  const loaded = new Map<string, { readonly adapter: Pointer; readonly scale: number }>();
  for (const { name, path, scale } of options) {
    checkAdapter(readGgufHeader(path), header, path);
    // oxlint-disable-next-line no-await-in-loop -- the library loads one at a time
    const adapter = await library.loadAdapter(model, path);
    if (adapter === null) throw unusable(path, 'does not fit this model, or its tensors are damaged');
    loaded.set(name, { adapter, scale });
  }
  return {
    names: [...loaded.keys()],
    wear(context) {
      let worn: string | undefined;
      return (name) => {
        if (name === worn) return;
        const next = name === undefined ? undefined : loaded.get(name);
        if (name !== undefined && next === undefined) throw new RangeError(`There is no adapter ${name}.`);
        library.setAdapters(context, next ? [next.adapter] : [], next ? 1 : 0, Float32Array.of(next?.scale ?? 0));
        worn = name;
      };
    },
  };
}

function checkAdapter(adapter: GgufHeader, model: GgufHeader, path: string): void {
  if (textOf(adapter, 'general.type') !== 'adapter') throw unusable(path, 'is no adapter');
  if (textOf(adapter, 'adapter.type') !== 'lora') throw unusable(path, 'is an adapter of a kind other than LoRA');
  // Its weights count only from certain words on, which is not how it would be used here.
  if (adapter.metadata.has('adapter.alora.invocation_tokens')) throw unusable(path, 'is an activated LoRA');
  if (adapter.architecture !== model.architecture)
    throw unusable(path, `is for models of the architecture "${adapter.architecture}", not "${model.architecture}"`);
}

function unusable(path: string, why: string): ManifoldError {
  return new ManifoldError('model_file_invalid', `The adapter file ${path} ${why}.`);
}
