const printableName = /^[\w.-]{1,64}$/;
const mostNamesReported = 32;

/** Those names of a client's fields that a header may repeat. */
export function printableNames(names: readonly string[]): string[] {
  return names.filter((name) => printableName.test(name)).slice(0, mostNamesReported);
}
