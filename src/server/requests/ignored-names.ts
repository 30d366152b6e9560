import { isObject } from '../../lib/is-object.ts';

const printableName = /^[\w.-]{1,64}$/;
const mostNamesReported = 32;

/** Top-level fields of a body that no table knows: they have no effect. */
export function ignoredNames(body: object, ...known: readonly object[]): string[] {
  return fitForHeader(Object.keys(body).filter((name) => known.every((table) => !Object.hasOwn(table, name))));
}

/**
 * Members that the schema of a field left out of what it read, by their path without places in lists, such as
 * `messages.content.cache_control`: they have no effect. `null` asks for nothing.
 */
export function ignoredMembers(
  body: Readonly<Record<string, unknown>>,
  read: Readonly<Record<string, unknown>>,
): string[] {
  const names = new Set<string>();
  for (const [name, given] of Object.entries(body))
    if (Object.hasOwn(read, name)) addMissing(names, name, given, read[name]);
  return [...names];
}

function addMissing(names: Set<string>, path: string, given: unknown, read: unknown): void {
  // What is any JSON to the schema is the same object still.
  if (given === read) return;
  if (Array.isArray(given) && Array.isArray(read)) {
    for (const [index, each] of given.entries()) addMissing(names, path, each, read[index]);
  } else if (isObject(given) && isObject(read)) {
    for (const [name, value] of Object.entries(given)) {
      if (Object.hasOwn(read, name)) addMissing(names, `${path}.${name}`, value, read[name]);
      else if (value !== null) names.add(`${path}.${name}`);
    }
  }
}

/** Clients choose names; only those fit for a header are repeated, and not too many. */
export function fitForHeader(names: readonly string[]): string[] {
  return names.filter((name) => printableName.test(name)).slice(0, mostNamesReported);
}
