import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory with package.json; the same from `src/config` and `dist/config`. */
export const packageRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
