const printableName = /^[\w.-]{1,64}$/;
const mostNames = 32;

/** The fields an endpoint's header names, without repetitions. Only names fit for a header of ours are kept. */
export function emulatedNames(header: string | readonly string[] | undefined): string[] {
  const names = [header ?? []].flat().flatMap((line) => line.split(',').map((name) => name.trim()));
  return [...new Set(names)].filter((name) => printableName.test(name)).slice(0, mostNames);
}
