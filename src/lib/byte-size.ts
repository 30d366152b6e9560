const powers: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4 };

/** Bytes of a size as people write it: "8GiB", "512M", "1.5 gb", all by powers of 1024, or a number of bytes. Undefined for what is none. */
export function parseByteSize(value: number | string): number | undefined {
  const [, count, prefix] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(String(value).trim()) ?? [];
  if (count === undefined) return undefined;
  return Math.round(Number(count) * 1024 ** (powers[(prefix ?? '').toLowerCase()] ?? 0));
}
