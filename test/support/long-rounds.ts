/** How often a long test repeats what it does. */
export function longRounds(): number {
  const given = Number(process.env['MANIFOLD_LONG_ROUNDS'] || 20);
  if (!Number.isInteger(given) || given < 1) throw new Error('MANIFOLD_LONG_ROUNDS is a whole number from 1 on.');
  return given;
}
