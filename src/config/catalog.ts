import { z } from 'zod';

/** The catalogue of models that are known. */
export const catalogSettings = z.strictObject({
  /**
   * A folder with cards of your own, beside those that come with Manifold. Default: `models` beside the configuration
   * file; without one, `$XDG_CONFIG_HOME/manifold/models`.
   */
  dir: z.string().min(1).optional(),
});
