const iso = /^(?<day>\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * A date, whose beginning in UTC is meant, or a time with its zone, as ISO 8601 writes them: in Unix milliseconds.
 * Undefined for any other text, and for a day that its month does not have.
 */
export function parseMoment(text: string): number | undefined {
  const day = iso.exec(text)?.groups?.['day'];
  const at = day === undefined ? Number.NaN : Date.parse(text);
  if (day === undefined || Number.isNaN(at)) return undefined;
  // JavaScript takes the 31st of February for the 3rd of March.
  return new Date(day).toISOString().startsWith(day) ? at : undefined;
}
