import { documentKinds } from './document-kinds.ts';
import { createRandom } from './random.ts';
import type { Schema } from './fields.ts';
import { structureKinds } from './structure-kinds.ts';
import { valueKinds } from './value-kinds.ts';

interface SampledSchema {
  readonly kind: string;
  readonly schema: Schema;
}

/** Some hundred schemas of the kinds that are found in public, the same for the same seed. */
export function sampleSchemas(seed: number): SampledSchema[] {
  return Object.entries({ ...documentKinds, ...structureKinds, ...valueKinds }).flatMap(
    ([kind, { count, make }], at) => {
      const random = createRandom(seed * 1000 + at);
      return Array.from({ length: count }, () => ({ kind, schema: make(random) }));
    },
  );
}
