/** A field, or a path into one: `tools/properties/age/multipleOf`. */
const printableName = /^[\x21-\x2b\x2d-\x7e]{1,200}$/;
const mostNames = 32;

/** The fields an endpoint's header names, without repetitions. Only names fit for a header of ours are kept. */
export function emulatedNames(header: string | readonly string[] | undefined): string[] {
  const names = [header ?? []].flat().flatMap((line) => line.split(',').map((name) => name.trim()));
  return [...new Set(names)].filter((name) => printableName.test(name)).slice(0, mostNames);
}
