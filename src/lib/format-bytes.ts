const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes for people, three digits or so: `4.92 GB`. Units are powers of 1000, as hubs and disks count. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}
