/** Rows as lines: cells padded to the width of their column, to the right of it from column `figuresFrom` on. */
export function columns(rows: readonly (readonly string[])[], figuresFrom = Infinity): string[] {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((text, at) => (at < figuresFrom ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
