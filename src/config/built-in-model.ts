import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** The model served when the configuration names none; it comes with the package. */
export const builtInModel = {
  id: 'manifold/builtin',
  path: join(packageRoot, 'models', 'builtin', 'manifold-builtin.gguf'),
} as const;
