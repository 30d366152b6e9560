import type { Schema } from './fields.ts';
import type { Random } from './random.ts';

/** A kind of schemas as they are found in public, and how many of it a sample has. */
export interface Kind {
  readonly count: number;
  readonly make: (random: Random) => Schema;
}
