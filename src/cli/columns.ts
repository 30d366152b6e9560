import { showControls } from '../lib/show-controls.ts';

/**
 * Rows as lines: cells padded to the width of their column, to the right of it from column `figuresFrom` on. What others
 * named stays in its cell, whatever it holds.
 */
export function columns(rows: readonly (readonly string[])[], figuresFrom = Infinity): string[] {
  const shown = rows.map((row) => row.map(showControls));
  const widths = shown[0]?.map((_, at) => Math.max(...shown.map((row) => row[at]?.length ?? 0))) ?? [];
  return shown.map((row) =>
    row
      .map((text, at) => (at < figuresFrom ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
