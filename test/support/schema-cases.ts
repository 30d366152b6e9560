import { anyCases } from './schema-cases/any-cases.ts';
import { arrayCases } from './schema-cases/array-cases.ts';
import { boundedFormatCases } from './schema-cases/bounded-format-cases.ts';
import { combinedCases } from './schema-cases/combined-cases.ts';
import { constantCases } from './schema-cases/constant-cases.ts';
import { formatCases } from './schema-cases/format-cases.ts';
import { numberCases } from './schema-cases/number-cases.ts';
import { objectCases } from './schema-cases/object-cases.ts';
import { stringCases } from './schema-cases/string-cases.ts';
import type { SchemaCase } from './schema-cases/schema-case.ts';

/** At least one schema for every keyword. */
export const schemaCases: readonly SchemaCase[] = [
  ...anyCases,
  ...constantCases,
  ...stringCases,
  ...formatCases,
  ...boundedFormatCases,
  ...numberCases,
  ...arrayCases,
  ...objectCases,
  ...combinedCases,
];
