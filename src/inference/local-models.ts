import type { LocalModelReport } from '../engines/local-model-report.ts';

/** The models that are loaded on this machine, and how they come and go. */
export interface LocalModels {
  report(): readonly LocalModelReport[];
  /** Resolves when the model is ready; throws why it cannot be, `model_not_found` for one that is not local. */
  load(id: string, options: { readonly keepAliveMs?: number | undefined }, signal: AbortSignal): Promise<void>;
  /** Resolves when the model's requests are answered and its memory is free. */
  unload(id: string, signal: AbortSignal): Promise<void>;
}
