const printableName = /^[\w.-]{1,64}$/;
const mostNamesReported = 32;

/** Top-level fields of a body that no table knows: they have no effect. Only names fit for a header are repeated. */
export function ignoredNames(body: object, ...known: readonly object[]): string[] {
  return Object.keys(body)
    .filter((name) => known.every((table) => !Object.hasOwn(table, name)))
    .filter((name) => printableName.test(name))
    .slice(0, mostNamesReported);
}
