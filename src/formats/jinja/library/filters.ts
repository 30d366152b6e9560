import { markupFilters } from './markup-filters.ts';
import type { Native, NativeTable } from './native.ts';
import { orderFilters } from './order-filters.ts';
import { selectFilters } from './select-filters.ts';
import { sequenceFilters } from './sequence-filters.ts';
import { textFilters } from './text-filters.ts';
import { valueFilters } from './value-filters.ts';

/**
 * Jinja's filters by their names, but for those that lay out web pages and terminals (`urlize`, `urlencode`, `striptags`,
 * `xmlattr`, `wordwrap`, `filesizeformat`), which no model's template uses: one that does fails where it gets there.
 */
export const filters: NativeTable = new Map<string, Native>([
  ...textFilters,
  ...markupFilters,
  ...valueFilters,
  ...sequenceFilters,
  ...orderFilters,
  ...selectFilters,
]);
