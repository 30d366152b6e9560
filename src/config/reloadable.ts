import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../lib/is-object.ts';
import type { Config } from './config.ts';

/** A part that takes another configuration while it runs. */
export interface Reloadable {
  /** What of the configuration it is made of, dotted: `auth.keys`. */
  readonly paths: readonly string[];
  /** Makes ready; throws, and changes nothing, where it cannot. What it returns puts it in force and cannot fail. */
  prepare(next: Config): () => void;
}

/** A value made of the configuration, as that is now. */
export interface ReloadableValue<T> extends Reloadable {
  readonly current: T;
}

/** `onReplace` is told once another value is in force. */
export function reloadableValue<T>(
  paths: readonly string[],
  make: (config: Config) => T,
  first: Config,
  onReplace: (now: T) => void = () => undefined,
): ReloadableValue<T> {
  let current = make(first);
  return {
    paths,
    get current() {
      return current;
    },
    prepare(next) {
      const made = make(next);
      return () => {
        current = made;
        onReplace(made);
      };
    },
  };
}

/**
 * Gives all parts another configuration, or none of them. Returns what else differs, dotted, and needs a start anew.
 */
export function reload(parts: readonly Reloadable[], before: Config, next: Config): readonly string[] {
  for (const putInForce of parts.map((part) => part.prepare(next))) putInForce();
  const taken = parts.flatMap(({ paths }) => paths);
  return changedPaths(before, next, '').filter(
    (path) => !taken.some((each) => path === each || path.startsWith(`${each}.`)),
  );
}

/** Where two configurations differ; a list is compared as a whole. */
function changedPaths(before: unknown, next: unknown, path: string): readonly string[] {
  if (isDeepStrictEqual(before, next)) return [];
  if (!isObject(before) || !isObject(next)) return [path];
  const names = new Set([...Object.keys(before), ...Object.keys(next)]);
  return [...names].flatMap((name) => changedPaths(before[name], next[name], path === '' ? name : `${path}.${name}`));
}
