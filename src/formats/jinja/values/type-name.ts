import { Dict } from './dict.ts';
import { Tuple, type Value } from './value.ts';

/** What an error calls a value. */
export function typeName(value: Value): string {
  if (value === undefined) return 'undefined value';
  if (value === null) return 'None';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Tuple) return 'tuple';
  if (value instanceof Dict) return 'dict';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'bigint':
      return 'integer';
    case 'number':
      return 'float';
    case 'boolean':
      return 'boolean';
    default:
      return 'function';
  }
}
