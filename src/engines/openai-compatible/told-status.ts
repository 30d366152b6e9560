/** The status that an error inside an answer names; 500 where it names none. */
export function toldStatus(value: Readonly<Record<string, unknown>>): number {
  const { error } = value;
  const inner = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : value;
  const status = [inner['code'], inner['status'], value['status']]
    .map(Number)
    .find((each) => each >= 400 && each < 600);
  return status ?? 500;
}
