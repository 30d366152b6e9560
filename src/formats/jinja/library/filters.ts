import { markupFilters } from './markup-filters.ts';
import type { Native, NativeTable } from './native.ts';
import { orderFilters } from './order-filters.ts';
import { selectFilters } from './select-filters.ts';
import { sequenceFilters } from './sequence-filters.ts';
import { textFilters } from './text-filters.ts';
import { valueFilters } from './value-filters.ts';

/** Every filter by its name. */
export const filters: NativeTable = new Map<string, Native>([
  ...textFilters,
  ...markupFilters,
  ...valueFilters,
  ...sequenceFilters,
  ...orderFilters,
  ...selectFilters,
]);
