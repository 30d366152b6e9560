import { isObject } from '../../lib/is-object.ts';
import type { Place } from './schema-node.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

/** Finds what a `$ref` of a schema refers to: a JSON pointer, an anchor, or the schema itself. Nothing is fetched. */
export type Resolve = (reference: unknown, path: string) => Place;

export function createResolver(root: unknown): Resolve {
  const own = isObject(root) ? (root['$id'] ?? root['id']) : undefined;
  return (reference, path) => {
    if (typeof reference !== 'string') throw new UnsupportedSchema('$ref', path, 'it must be a string.');
    const isOwn = typeof own === 'string' && own !== '' && reference.startsWith(own.replace(/#$/, ''));
    const fragment = isOwn ? reference.slice(own.replace(/#$/, '').length) : reference;
    if (fragment === '' || fragment === '#') return { schema: root, path: '' };
    if (!fragment.startsWith('#')) {
      throw new UnsupportedSchema('$ref', path, `${quoted(reference)} is not within the schema.`);
    }
    const found = fragment.startsWith('#/') ? follow(root, fragment) : findAnchor(root, fragment.slice(1));
    if (found === undefined) throw new UnsupportedSchema('$ref', path, `${quoted(reference)} leads nowhere.`);
    return found;
  };
}

function quoted(reference: string): string {
  return JSON.stringify(reference.length > 80 ? `${reference.slice(0, 80)}…` : reference);
}

function follow(root: unknown, fragment: string): Place | undefined {
  let pointer = fragment.slice(1);
  try {
    pointer = decodeURIComponent(pointer);
  } catch {
    return undefined;
  }
  let schema = root;
  for (const step of pointer.slice(1).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof schema !== 'object' || schema === null || !Object.hasOwn(schema, name)) return undefined;
    schema = (schema as Record<string, unknown>)[name];
  }
  return { schema, path: pointer };
}

function findAnchor(root: unknown, name: string): Place | undefined {
  const places: Place[] = [{ schema: root, path: '' }];
  for (const { schema, path } of places) {
    if (typeof schema !== 'object' || schema === null) continue;
    if (isObject(schema) && (schema['$anchor'] === name || schema['$dynamicAnchor'] === name)) return { schema, path };
    for (const [key, value] of Object.entries(schema)) places.push({ schema: value, path: `${path}/${key}` });
  }
  return undefined;
}
