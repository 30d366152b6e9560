import { z } from 'zod';

/** The catalogue of models that are known. */
export const catalogSettings = z.strictObject({
  /**
   * A folder with cards of your own, beside those that come with Manifold. Default: `models` beside the configuration
   * file; without one, `$XDG_CONFIG_HOME/manifold/models`.
   */
  dir: z.string().min(1).optional(),
  /**
   * Which weights in the hub's cache are served beside the configured models, loaded when they are first asked for: those
   * of models that a card names, those of all (by their reference, `hf:org/name:Q4_K_M`), or none.
   */
  onDisk: z.enum(['cards', 'all', 'none']).default('cards'),
});
